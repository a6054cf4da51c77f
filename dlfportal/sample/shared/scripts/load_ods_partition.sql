-- Publishes one day of one source table in the ODS layer.
-- Arguments: table_name, biz_date, drop_before, expect_min_rows

SET hive.exec.dynamic.partition.mode=nonstrict;
SET hive.mapred.mode=nonstrict;
SET mapreduce.job.queuename=etl_ods;

USE retail_ods;

-- The landing folder is filled by CDM before this script runs.
ALTER TABLE stg_${table_name} DROP IF EXISTS PARTITION (dt = '${biz_date}');
ALTER TABLE stg_${table_name} ADD PARTITION (dt = '${biz_date}')
  LOCATION 'obs://retail-lake/landing/${table_name}/dt=${biz_date}';

-- Too few rows mean a broken extract: assert_true makes the node fail here.
SELECT assert_true(cnt >= CAST('${expect_min_rows}' AS BIGINT))
FROM (
  SELECT COUNT(1) AS cnt
  FROM stg_${table_name}
  WHERE dt = '${biz_date}'
) landed;

INSERT OVERWRITE TABLE ods_${table_name} PARTITION (dt = '${biz_date}')
SELECT
  s.source_pk,
  s.op_type,
  s.payload,
  s.source_updated_at,
  INPUT__FILE__NAME                     AS source_file,
  FROM_UNIXTIME(UNIX_TIMESTAMP())       AS etl_time
FROM stg_${table_name} s
WHERE s.dt = '${biz_date}'
  AND s.source_pk IS NOT NULL;

ANALYZE TABLE ods_${table_name} PARTITION (dt = '${biz_date}') COMPUTE STATISTICS;

-- One row in the load log per table and day; the nightly report reads it.
INSERT INTO TABLE etl_load_log PARTITION (dt = '${biz_date}')
SELECT
  '${table_name}',
  COUNT(1),
  SUM(IF(op_type = 'D', 1, 0)),
  MIN(source_updated_at),
  MAX(source_updated_at),
  FROM_UNIXTIME(UNIX_TIMESTAMP())
FROM ods_${table_name}
WHERE dt = '${biz_date}';

ALTER TABLE stg_${table_name} DROP IF EXISTS
  PARTITION (dt < '${drop_before}');
