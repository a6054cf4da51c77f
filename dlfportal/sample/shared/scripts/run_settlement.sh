#!/bin/sh
# Collects the settlement statements of a period into one folder for the finance share.
# Arguments: period (yyyymm), folder with one CSV per store

period="$1"
inbox="$2"
outbox="/data/finance/settlement/$period"

case "$period" in
    20[0-9][0-9]0[1-9] | 20[0-9][0-9]1[0-2]) ;;
    *)
        echo "period must be yyyymm, not '$period'" >&2
        exit 64
        ;;
esac

mkdir -p "$outbox" || exit 73
summary="$outbox/summary.csv"
rejected="$outbox/rejected.txt"
: > "$rejected"
echo "store_code,revenue,fee,payable,lines" > "$summary.part"

for statement in "$inbox"/*.csv; do
    [ -e "$statement" ] || {
        echo "no statements in $inbox" >&2
        exit 66
    }
    store=$(basename "$statement" .csv)

    # The control line at the end carries the sum of the payable column: TOTAL,,,12345.67
    control=$(tail -n 1 "$statement" | awk -F, '$1 == "TOTAL" { print $4 }')
    computed=$(awk -F, 'NR > 1 && $1 != "TOTAL" { sum += $4 } END { printf "%.2f", sum }' "$statement")

    if [ -z "$control" ]; then
        echo "$store: no control line" >> "$rejected"
        continue
    fi
    if [ "$control" != "$computed" ]; then
        echo "$store: control $control, computed $computed" >> "$rejected"
        continue
    fi

    awk -F, -v OFS=, -v store="$store" '
        NR > 1 && $1 != "TOTAL" { revenue += $2; fee += $3; payable += $4; lines++ }
        END { printf "%s,%.2f,%.2f,%.2f,%d\n", store, revenue, fee, payable, lines }
    ' "$statement" >> "$summary.part"

    gzip -c "$statement" > "$outbox/$store.csv.gz"
done

# A file that appears at once: finance picks up whatever is called summary.csv.
mv "$summary.part" "$summary"
stores=$(($(wc -l < "$summary") - 1))
bad=$(wc -l < "$rejected")
echo "period $period: $stores stores settled, $bad rejected"
[ "$bad" -eq 0 ]
