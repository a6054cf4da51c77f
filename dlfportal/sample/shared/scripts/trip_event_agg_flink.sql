-- MRS Flink SQL: joins trip events with orders out for delivery and warns of late deliveries.

CREATE TABLE kafka_trip_event (
  device_id    STRING,
  event_kind   STRING,
  distance_m   BIGINT,
  event_time   TIMESTAMP(3),
  WATERMARK FOR event_time AS event_time - INTERVAL '30' SECOND
) WITH (
  'connector' = 'kafka',
  'topic' = 'trip-event',
  'properties.bootstrap.servers' = '${kafka_brokers}',
  'properties.group.id' = 'trip-late-watch',
  'scan.startup.mode' = 'group-offsets',
  'format' = 'json',
  'json.ignore-parse-errors' = 'true'
);

CREATE TABLE kafka_dispatch (
  dispatch_id   BIGINT,
  order_no      STRING,
  device_id     STRING,
  store_code    STRING,
  promised_at   TIMESTAMP(3),
  dispatched_at TIMESTAMP(3),
  WATERMARK FOR dispatched_at AS dispatched_at - INTERVAL '1' MINUTE
) WITH (
  'connector' = 'kafka', 'format' = 'json', 'topic' = 'order-dispatch',
  'properties.bootstrap.servers' = '${kafka_brokers}', 'properties.group.id' = 'trip-late-watch',
  'scan.startup.mode' = 'latest-offset'
);

CREATE TABLE sink_late_delivery (
  order_no      STRING,
  store_code    STRING,
  device_id     STRING,
  promised_at   TIMESTAMP(3),
  left_store_at TIMESTAMP(3),
  minutes_late  BIGINT,
  PRIMARY KEY (order_no) NOT ENFORCED
) WITH (
  'connector' = 'upsert-kafka',
  'topic' = 'delivery-late',
  'properties.bootstrap.servers' = '${kafka_brokers}',
  'key.format' = 'raw',
  'value.format' = 'json'
);

CREATE TABLE sink_depot_minute (
  window_start TIMESTAMP(3),
  event_kind   STRING,
  vehicles     BIGINT,
  distance_km  DOUBLE
) WITH (
  'connector' = 'kafka',
  'topic' = 'depot-minute',
  'properties.bootstrap.servers' = '${kafka_brokers}',
  'format' = 'csv'
);

CREATE VIEW first_move AS
SELECT dispatch_id, order_no, store_code, device_id, promised_at, event_time
FROM (
  SELECT
    d.dispatch_id, d.order_no, d.store_code, d.device_id, d.promised_at, t.event_time,
    ROW_NUMBER() OVER (PARTITION BY d.dispatch_id ORDER BY t.event_time ASC) AS move_no
  FROM kafka_dispatch d
  JOIN kafka_trip_event t
    ON  t.device_id = d.device_id
    AND t.event_time BETWEEN d.dispatched_at AND d.dispatched_at + INTERVAL '2' HOUR
  WHERE t.event_kind IN ('TRIP_START', 'MOVING')
)
WHERE move_no = 1;

EXECUTE STATEMENT SET
BEGIN

INSERT INTO sink_late_delivery
SELECT
  order_no,
  store_code,
  device_id,
  promised_at,
  event_time,
  TIMESTAMPDIFF(MINUTE, promised_at, event_time)
FROM first_move
WHERE event_time > promised_at;

INSERT INTO sink_depot_minute
SELECT
  window_start,
  event_kind,
  COUNT(DISTINCT device_id),
  SUM(distance_m) / 1000.0
FROM TABLE(TUMBLE(TABLE kafka_trip_event, DESCRIPTOR(event_time), INTERVAL '1' MINUTE))
GROUP BY window_start, window_end, event_kind;

END;
