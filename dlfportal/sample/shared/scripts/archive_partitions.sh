#!/usr/bin/env bash
# 归档历史分区：把超过保留期的 Hive 分区打包到归档桶，校验后再删除原分区
# Reads a plan on the form "database.table keep_days" from the here-document below.
# The here-document is indented with tabs on purpose (<<-), please do not reformat.

set -euo pipefail

BIZ_DATE=${1:?yyyymmdd}
ARCHIVE_BUCKET=${2:-obs://retail-archive}
DRY_RUN=${3:-false}
WORK_DIR=$(mktemp -d /tmp/archive.XXXXXX)
FAILED=0

cleanup() {
	rm -rf "$WORK_DIR"
}
trap cleanup EXIT

log() {
	printf '%s %-5s %s\n' "$(date '+%F %T')" "$1" "$2"
}

plan() {
	cat <<-PLAN
		retail_ods.ods_app_event      90
		retail_ods.ods_trip_event     60
		retail_ods.ods_pos_ticket     400
		retail_dwd.dwd_trip           730
		retail_dwd.dwd_order_detail   1095
	PLAN
}

# Partitions of $1 that are older than $2 days, oldest first
expired_partitions() {
	local table=$1 keep_days=$2 limit
	limit=$(date -d "$BIZ_DATE - $keep_days days" +%Y%m%d)
	beeline --silent=true --outputformat=tsv2 --showHeader=false \
		-e "SHOW PARTITIONS $table" \
		| sed -n 's/^dt=\([0-9]\{8\}\).*/\1/p' \
		| sort -u \
		| awk -v limit="$limit" '$1 < limit'
}

partition_location() {
	beeline --silent=true --outputformat=tsv2 --showHeader=false \
		-e "DESCRIBE FORMATTED $1 PARTITION (dt='$2')" \
		| awk '$1 == "Location:" { print $2; exit }'
}

# File count and bytes of a folder, as "count bytes"
measure() {
	hadoop fs -count "$1" | awk '{ print $2, $3 }'
}

archive_one() {
	local table=$1 day=$2 source target before after

	source=$(partition_location "$table" "$day")
	if [[ -z $source ]]; then
		log WARN "$table dt=$day has no location, skipped"
		return 0
	fi
	target="$ARCHIVE_BUCKET/${table//.//}/${day:0:4}/${day:4:2}/$day"

	if [[ $DRY_RUN == true ]]; then
		log PLAN "$source -> $target"
		return 0
	fi

	before=$(measure "$source")
	hadoop distcp -update -skipcrccheck -m 8 "$source" "$target" >"$WORK_DIR/distcp.log" 2>&1 || {
		log ERROR "$table dt=$day: copy failed, last lines follow"
		tail -n 5 "$WORK_DIR/distcp.log"
		return 1
	}
	after=$(measure "$target")

	# 数量或字节不一致时保留原分区，第二天重试
	if [[ $before != "$after" ]]; then
		log ERROR "$table dt=$day: source has ($before), archive has ($after)"
		return 1
	fi

	beeline --silent=true -e "ALTER TABLE $table DROP IF EXISTS PARTITION (dt='$day')"
	log OK "$table dt=$day archived: $before"
}

while read -r table keep_days; do
	[[ -z $table ]] && continue
	count=0
	for day in $(expired_partitions "$table" "$keep_days"); do
		archive_one "$table" "$day" || FAILED=$((FAILED + 1))
		count=$((count + 1))
		# 每张表每晚最多处理 31 个分区，避免占满队列
		if [[ $count -ge 31 ]]; then
			log INFO "$table: the rest follows tomorrow"
			break
		fi
	done
done < <(plan)

if [[ $FAILED -gt 0 ]]; then
	log ERROR "$FAILED partitions could not be archived"
	exit 1
fi
log OK "done for $BIZ_DATE"
