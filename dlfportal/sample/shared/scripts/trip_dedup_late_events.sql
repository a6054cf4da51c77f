-- Repairs the trip facts of the last three days with events that came late (devices without signal
-- send their buffer when they are back in the depot). Touches only the partitions that changed.

ADD JAR obs://retail-dlf/jars/retail-common-lib-3.0.1.jar;

CREATE OR REPLACE TEMPORARY VIEW late_event AS
SELECT /*+ BROADCAST(b) */
  e.device_id,
  e.seq_no,
  e.event_kind,
  e.event_time,
  e.odometer_m,
  DATE_FORMAT(e.event_time, 'yyyyMMdd') AS event_day
FROM retail_ods.ods_trip_event e
JOIN retail_ods.ods_device_buffer_upload b
  ON  b.device_id = e.device_id
  AND b.upload_id = e.upload_id
WHERE e.dt = '${biz_date}'
  AND e.event_time >= DATE_SUB(TO_DATE('${biz_date}', 'yyyyMMdd'), 3)
  AND e.event_time <  TO_DATE('${biz_date}', 'yyyyMMdd');

CREATE OR REPLACE TEMPORARY VIEW touched_day AS
SELECT DISTINCT device_id, event_day FROM late_event;

CREATE OR REPLACE TEMPORARY VIEW full_sequence AS
SELECT device_id, seq_no, event_kind, event_time, odometer_m, event_day FROM late_event
UNION
SELECT f.device_id, f.seq_no, f.event_kind, f.event_time, f.odometer_m, f.dt
FROM retail_dwd.dwd_trip_event f
LEFT SEMI JOIN touched_day t
  ON t.device_id = f.device_id AND t.event_day = f.dt;

-- Gaps and islands: a trip runs from TRIP_START to the next TRIP_END of the device.
CREATE OR REPLACE TEMPORARY VIEW trip_numbered AS
SELECT
  q.*,
  SUM(IF(event_kind = 'TRIP_START', 1, 0)) OVER (
    PARTITION BY device_id, event_day ORDER BY seq_no
  ) AS trip_no,
  odometer_m - LAG(odometer_m) OVER (PARTITION BY device_id, event_day ORDER BY seq_no) AS step_m
FROM full_sequence q;

INSERT OVERWRITE TABLE retail_dwd.dwd_trip PARTITION (dt)
SELECT
  device_id,
  trip_no,
  MIN(event_time)                                          AS left_at,
  MAX(event_time)                                          AS returned_at,
  SUM(CASE WHEN step_m BETWEEN 0 AND 20000 THEN step_m END) / 1000 AS distance_km,
  COUNT(CASE WHEN event_kind = 'HALT' THEN 1 END)          AS halts,
  MAX(CASE WHEN step_m < 0 THEN 1 ELSE 0 END)              AS odometer_reset,
  MAX(CASE WHEN event_kind = 'TRIP_END' THEN 1 ELSE 0 END) AS is_complete,
  event_day                                                AS dt
FROM trip_numbered
WHERE trip_no > 0
GROUP BY device_id, trip_no, event_day
UNION ALL
SELECT k.device_id, k.trip_no, k.left_at, k.returned_at, k.distance_km, k.halts, k.odometer_reset, k.is_complete, k.dt
FROM retail_dwd.dwd_trip k
LEFT ANTI JOIN touched_day t
  ON t.device_id = k.device_id AND t.event_day = k.dt
WHERE k.dt IN (SELECT event_day FROM touched_day);
