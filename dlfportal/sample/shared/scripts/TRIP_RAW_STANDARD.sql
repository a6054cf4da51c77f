-- Brings the trip events that DIS dumped to OBS into the standard layer.
-- Runs once per event file; the partition is rebuilt as a whole so that a rerun is harmless.

CREATE TABLE IF NOT EXISTS trip_standard (
  trip_key        STRING  COMMENT 'device and minute',
  device_id       STRING,
  plate_no        STRING,
  depot_code      STRING  COMMENT 'depot the vehicle belongs to on that day',
  event_kind      STRING,
  started_at      TIMESTAMP,
  ended_at        TIMESTAMP,
  distance_km     DECIMAL(10, 3),
  top_speed_kmh   DECIMAL(6, 1),
  is_speeding     INT,
  loaded_at       TIMESTAMP,
  dt              STRING
)
USING parquet
PARTITIONED BY (dt)
LOCATION 'obs://retail-lake/standard/trip_standard';

WITH typed AS (
  SELECT
    TRIM(device_id)                                       AS device_id,
    REGEXP_REPLACE(UPPER(plate_no), '[^0-9A-Z\\u4e00-\\u9fa5]', '') AS plate_no,
    event_kind,
    CAST(window_start AS TIMESTAMP)                       AS started_at,
    CAST(window_end AS TIMESTAMP)                         AS ended_at,
    CAST(distance_m AS DECIMAL(12, 0)) / 1000             AS distance_km,
    CAST(top_speed_kmh AS DECIMAL(6, 1))                  AS top_speed_kmh,
    input_file_name()                                     AS source_file
  FROM trip_event_raw
  WHERE device_id IS NOT NULL
    AND event_kind IN ('TRIP_START', 'MOVING', 'HALT', 'TRIP_END')
),
-- A consumer restart replays some minutes: the last file wins.
ranked AS (
  SELECT
    typed.*,
    ROW_NUMBER() OVER (
      PARTITION BY device_id, started_at
      ORDER BY source_file DESC
    ) AS replay_rank
  FROM typed
),
with_depot AS (
  SELECT r.*, f.depot_code, f.speed_limit_kmh
  FROM ranked r
  LEFT JOIN fleet_assignment f
    ON  f.device_id = r.device_id
    AND CAST(r.started_at AS DATE) BETWEEN f.valid_from AND f.valid_to
  WHERE r.replay_rank = 1
)
INSERT OVERWRITE TABLE trip_standard PARTITION (dt)
SELECT
  CONCAT(device_id, '#', DATE_FORMAT(started_at, 'yyyyMMddHHmm')) AS trip_key,
  device_id,
  plate_no,
  COALESCE(depot_code, 'UNKNOWN')                                 AS depot_code,
  event_kind,
  started_at,
  ended_at,
  distance_km,
  top_speed_kmh,
  IF(top_speed_kmh > COALESCE(speed_limit_kmh, 90), 1, 0)         AS is_speeding,
  CURRENT_TIMESTAMP()                                             AS loaded_at,
  DATE_FORMAT(started_at, 'yyyyMMdd')                             AS dt
FROM with_depot;
