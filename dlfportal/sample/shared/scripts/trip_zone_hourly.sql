/* Trips per service zone and hour, with the idle share of the fleet.
   Feeds the dispatch screen: demand left, supply right. */

DROP TABLE IF EXISTS tmp_trip_zone_span;

CREATE TABLE tmp_trip_zone_span USING parquet AS
SELECT
  s.device_id,
  z.zone_id,
  z.city_code,
  s.started_at,
  s.ended_at,
  s.distance_km,
  s.event_kind,
  LAG(s.event_kind) OVER w  AS kind_before,
  LAG(s.ended_at)   OVER w  AS ended_before
FROM trip_standard s
JOIN trip_last_position p
  ON p.trip_key = s.trip_key
JOIN service_zone z
  ON  p.grid_x BETWEEN z.min_grid_x AND z.max_grid_x
  AND p.grid_y BETWEEN z.min_grid_y AND z.max_grid_y
WHERE s.dt = '${biz_date}'
  AND HOUR(s.started_at) = CAST('${biz_hour}' AS INT)
WINDOW w AS (PARTITION BY s.device_id ORDER BY s.started_at);

-- A halt of more than ten minutes is idle time, a shorter one is a delivery stop.
DROP TABLE IF EXISTS tmp_trip_zone_halt;

CREATE TABLE tmp_trip_zone_halt USING parquet AS
WITH islands AS (
  SELECT
    device_id, zone_id, started_at, ended_at,
    SUM(CASE WHEN kind_before = 'HALT' AND ended_before = started_at THEN 0 ELSE 1 END)
      OVER (PARTITION BY device_id ORDER BY started_at) AS island_no
  FROM tmp_trip_zone_span
  WHERE event_kind = 'HALT'
)
SELECT
  device_id,
  zone_id,
  island_no,
  (UNIX_TIMESTAMP(MAX(ended_at)) - UNIX_TIMESTAMP(MIN(started_at))) / 60 AS halt_minutes
FROM islands
GROUP BY device_id, zone_id, island_no;

INSERT OVERWRITE TABLE dws_trip_zone_hour PARTITION (dt = '${biz_date}', hh = '${biz_hour}')
SELECT
  m.city_code,
  m.zone_id,
  m.vehicles,
  m.trips_started,
  m.trips_ended,
  m.distance_km,
  ROUND(m.distance_km / NULLIF(m.vehicles, 0), 2)                    AS km_per_vehicle,
  COALESCE(h.delivery_stops, 0)                                      AS delivery_stops,
  COALESCE(h.idle_minutes, 0)                                        AS idle_minutes,
  ROUND(COALESCE(h.idle_minutes, 0) / NULLIF(m.vehicles * 60, 0), 4) AS idle_share
FROM (
  SELECT
    city_code,
    zone_id,
    COUNT(DISTINCT device_id)                  AS vehicles,
    COUNT_IF(event_kind = 'TRIP_START')        AS trips_started,
    COUNT_IF(event_kind = 'TRIP_END')          AS trips_ended,
    SUM(distance_km)                           AS distance_km
  FROM tmp_trip_zone_span
  GROUP BY city_code, zone_id
) m
LEFT JOIN (
  SELECT
    zone_id,
    COUNT_IF(halt_minutes <= 10)                        AS delivery_stops,
    SUM(IF(halt_minutes > 10, halt_minutes, 0))         AS idle_minutes
  FROM tmp_trip_zone_halt
  GROUP BY zone_id
) h ON h.zone_id = m.zone_id;

DROP TABLE tmp_trip_zone_halt;
DROP TABLE tmp_trip_zone_span;
