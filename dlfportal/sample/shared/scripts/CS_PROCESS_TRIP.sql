-- Cleans the raw vehicle positions of the delivery fleet and turns them into trip events.
-- Input : DIS stream dis-input, one CSV line per position, every 5 seconds and vehicle
-- Output: DIS stream dis-event, one line per trip start, halt and end

CREATE SOURCE STREAM vehicle_position (
  device_id   STRING,
  plate_no    STRING,
  longitude   DOUBLE,
  latitude    DOUBLE,
  speed_kmh   DOUBLE,
  ignition    INT,
  odometer_m  BIGINT,
  report_time TIMESTAMP
) WITH (
  type = "dis",
  region = "cn-north-4",
  channel = "dis-input",
  partition_count = "3",
  encode = "csv",
  field_delimiter = ","
) TIMESTAMP BY report_time.ROWTIME;

CREATE SINK STREAM trip_event (
  device_id     STRING,
  plate_no      STRING,
  event_kind    STRING,
  window_start  TIMESTAMP,
  window_end    TIMESTAMP,
  distance_m    BIGINT,
  top_speed_kmh DOUBLE,
  position_rows BIGINT
) WITH (
  type = "dis",
  region = "cn-north-4",
  channel = "dis-event",
  partition_key = "device_id",
  encode = "csv",
  field_delimiter = ","
);

-- Units lose their fix in tunnels and then report 0/0, or jump out of the delivery area.
CREATE TEMP STREAM plausible_position (
  device_id   STRING,
  plate_no    STRING,
  speed_kmh   DOUBLE,
  ignition    INT,
  odometer_m  BIGINT,
  report_time TIMESTAMP
);

INSERT INTO plausible_position
SELECT device_id, UPPER(plate_no), speed_kmh, ignition, odometer_m, report_time
FROM vehicle_position
WHERE longitude BETWEEN 73.0 AND 136.0
  AND latitude  BETWEEN 3.0 AND 54.0
  AND speed_kmh BETWEEN 0 AND 160
  AND odometer_m > 0;

INSERT INTO trip_event
SELECT
  device_id,
  plate_no,
  CASE
    WHEN MAX(ignition) = 0                        THEN 'TRIP_END'
    WHEN MIN(ignition) = 0                        THEN 'TRIP_START'
    WHEN MAX(odometer_m) - MIN(odometer_m) < 20   THEN 'HALT'
    ELSE 'MOVING'
  END,
  TUMBLE_START(report_time, INTERVAL '1' MINUTE),
  TUMBLE_END(report_time, INTERVAL '1' MINUTE),
  MAX(odometer_m) - MIN(odometer_m),
  MAX(speed_kmh),
  COUNT(*)
FROM plausible_position
GROUP BY TUMBLE(report_time, INTERVAL '1' MINUTE), device_id, plate_no;
