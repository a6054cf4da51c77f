#!/bin/bash
# Production only: frees the scratch areas every morning, before the reports are read.
# Nothing here may fail the job: what cannot be removed today is removed tomorrow.

set -u
shopt -s nullglob

RETAIN_DAYS=${1:-3}
removed=0
skipped=0

# 1. Scratch tables of the ETL users. A table name ends with the day it was made, e.g. tmp_cart_20240131.
cutoff=$(date -d "-$RETAIN_DAYS days" +%Y%m%d)
while IFS= read -r name; do
    day=${name##*_}
    if [[ $day =~ ^20[0-9]{6}$ && $day < $cutoff ]]; then
        if hive -S -e "DROP TABLE IF EXISTS retail_tmp.$name PURGE"; then
            removed=$((removed + 1))
        else
            skipped=$((skipped + 1))
        fi
    fi
done < <(hive -S -e 'SHOW TABLES IN retail_tmp LIKE "tmp_*"')

# 2. Spark event logs and staging folders on the gateway
for area in /srv/BigData/tmp /srv/spark/eventlog; do
    [[ -d $area ]] || continue
    found=$(find "$area" -mindepth 1 -maxdepth 1 -mtime +"$RETAIN_DAYS" -print -exec rm -rf {} + 2>/dev/null | wc -l)
    removed=$((removed + found))
done

# 3. Multipart uploads that a killed CDM job left behind are billed like objects
for bucket in retail-lake retail-archive; do
    obsutil ls "obs://$bucket" -m -limit=-1 2>/dev/null |
        awk -v cutoff="$(date -d "-$RETAIN_DAYS days" +%FT%T)" '$2 < cutoff && /obs:/ { print $1, $3 }' |
        while read -r key upload; do
            obsutil abort "obs://$bucket/$key" -u="$upload" -f || echo "left: $bucket/$key" >&2
        done
done

used=$(df --output=pcent /srv | tail -n 1 | tr -dc '0-9')
echo "removed=$removed skipped=$skipped disk=${used}%"
if [[ $used -gt 85 ]]; then
    echo "the gateway disk is still ${used}% full" >&2
fi
exit 0
