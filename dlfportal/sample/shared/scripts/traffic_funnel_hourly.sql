-- Shop app: sessions of the hour and the purchase funnel
--   visit -> search or category -> product page -> cart -> order -> payment
-- A session ends after 30 minutes without an event or when the campaign changes.

CREATE TABLE IF NOT EXISTS dws_app_funnel_hour (
  platform        STRING,
  entry_channel   STRING,
  step_no         INT,
  step_name       STRING,
  sessions        BIGINT,
  visitors        BIGINT,
  median_seconds  DOUBLE  COMMENT 'from the start of the session to this step',
  dt              STRING,
  hh              STRING
)
USING parquet
PARTITIONED BY (dt, hh);

WITH events AS (
  SELECT
    visitor_id,
    platform,
    COALESCE(NULLIF(utm_source, ''), 'direct') AS channel,
    event_name,
    page_type,
    event_time
  FROM ods_app_event
  WHERE dt = '${biz_date}'
    AND hh = '${biz_hour}'
    AND is_bot = 0
),
marked AS (
  SELECT
    events.*,
    CASE
      WHEN LAG(event_time) OVER w IS NULL THEN 1
      WHEN UNIX_TIMESTAMP(event_time) - UNIX_TIMESTAMP(LAG(event_time) OVER w) > 1800 THEN 1
      WHEN channel <> 'direct' AND channel <> LAG(channel) OVER w THEN 1
      ELSE 0
    END AS opens_session
  FROM events
  WINDOW w AS (PARTITION BY visitor_id, platform ORDER BY event_time)
),
numbered AS (
  SELECT
    marked.*,
    SUM(opens_session) OVER (PARTITION BY visitor_id, platform ORDER BY event_time) AS session_no
  FROM marked
),
-- The first time that a session reaches each step, null when it never did.
reached AS (
  SELECT
    visitor_id,
    platform,
    session_no,
    MIN(event_time)                                                        AS t0,
    FIRST(channel)                                                         AS entry_channel,
    MIN(CASE WHEN event_name = 'search' OR page_type = 'category' THEN event_time END) AS t1,
    MIN(CASE WHEN page_type = 'product'        THEN event_time END)        AS t2,
    MIN(CASE WHEN event_name = 'add_to_cart'   THEN event_time END)        AS t3,
    MIN(CASE WHEN event_name = 'submit_order'  THEN event_time END)        AS t4,
    MIN(CASE WHEN event_name = 'pay_success'   THEN event_time END)        AS t5
  FROM numbered
  GROUP BY visitor_id, platform, session_no
),
-- Strict order from the product page on; search is optional, many come from a shared link.
strict_order AS (
  SELECT
    visitor_id, platform, session_no, entry_channel, t0, t1, t2,
    CASE WHEN t3 >= t2 THEN t3 END                           AS t3,
    CASE WHEN t3 >= t2 AND t4 >= t3 THEN t4 END              AS t4,
    CASE WHEN t3 >= t2 AND t4 >= t3 AND t5 >= t4 THEN t5 END AS t5
  FROM reached
),
steps AS (
  SELECT
    visitor_id, platform, entry_channel, t0,
    STACK(6,
      0, 'visit',    t0,
      1, 'discover', t1,
      2, 'product',  t2,
      3, 'cart',     t3,
      4, 'order',    t4,
      5, 'payment',  t5
    ) AS (step_no, step_name, step_time)
  FROM strict_order
)
INSERT OVERWRITE TABLE dws_app_funnel_hour PARTITION (dt = '${biz_date}', hh = '${biz_hour}')
SELECT
  platform,
  entry_channel,
  step_no,
  step_name,
  COUNT(*)                                                            AS sessions,
  COUNT(DISTINCT visitor_id)                                          AS visitors,
  PERCENTILE_APPROX(UNIX_TIMESTAMP(step_time) - UNIX_TIMESTAMP(t0), 0.5) AS median_seconds
FROM steps
WHERE step_time IS NOT NULL
GROUP BY platform, entry_channel, step_no, step_name;
