#!/bin/bash
# Waits until the landing folder of a source table is complete on OBS.
# Usage: check_obs_arrival <table> <yyyymmdd> [min_bytes] [max_wait_minutes]
#
# Complete means: a marker _SUCCESS exists, at least one data file is there, no file was
# written in the last minute, and the sum of the sizes reaches min_bytes.
# Exit codes: 0 complete, 10 nothing arrived, 11 too small, 12 still growing, 2 usage

set -u -o pipefail

if [ $# -lt 2 ]; then
    echo "usage: $0 <table> <yyyymmdd> [min_bytes] [max_wait_minutes]" >&2
    exit 2
fi

table=$1
biz_date=$2
min_bytes=${3:-1}
max_wait=${4:-60}
folder="obs://retail-lake/landing/${table}/dt=${biz_date}"
deadline=$(( $(date +%s) + max_wait * 60 ))

if ! [[ $biz_date =~ ^20[0-9]{6}$ ]]; then
    echo "not a date: $biz_date" >&2
    exit 2
fi

listing=$(mktemp)
trap 'rm -f "$listing"' EXIT

# One line per object: size in bytes, age in seconds, key
list_folder() {
    hadoop fs -ls "$folder" 2>/dev/null | awk -v now="$(date +%s)" '
        NF >= 8 {
            stamp = $6 " " $7
            gsub(/[-:]/, " ", stamp)
            age = now - mktime(stamp " 00")
            print $5, age, $8
        }' > "$listing"
}

total_bytes() {
    awk '$3 !~ /\/_/ { sum += $1 } END { print sum + 0 }' "$listing"
}

data_files() {
    awk '$3 !~ /\/_/' "$listing" | wc -l
}

youngest() {
    awk 'BEGIN { low = 999999 } { if ($2 < low) low = $2 } END { print low }' "$listing"
}

verdict=10
while :; do
    list_folder
    files=$(data_files)
    bytes=$(total_bytes)

    if [ "$files" -eq 0 ]; then
        verdict=10
        reason="nothing in $folder"
    elif ! grep -q '/_SUCCESS$' "$listing"; then
        verdict=12
        reason="no _SUCCESS marker beside $files files"
    elif [ "$(youngest)" -lt 60 ]; then
        verdict=12
        reason="a file is younger than a minute"
    elif [ "$bytes" -lt "$min_bytes" ]; then
        verdict=11
        reason="$bytes bytes, expected at least $min_bytes"
    else
        verdict=0
        break
    fi

    if [ "$(date +%s)" -ge "$deadline" ]; then
        break
    fi
    echo "$(date '+%H:%M:%S') waiting: $reason"
    sleep 30
done

if [ "$verdict" -eq 0 ]; then
    # The last line of the output is what the next node reads with Job.getNodeOutput.
    echo "$table $biz_date complete: $files files, $bytes bytes"
    echo "$bytes"
else
    echo "$table $biz_date incomplete after $max_wait minutes: $reason" >&2
fi
exit "$verdict"
