-- Features for the weekly demand forecast: one row per store, article and day of the last two years.
-- Read by the Spark job DemandForecast and by the training on ModelArts; columns are part of their contract.

SET spark.sql.shuffle.partitions = 800;
SET spark.sql.autoBroadcastJoinThreshold = 52428800;

USE retail_ml;

-- The dense grid. A store sells an article from its first to its last receipt, gaps are true zeros.
CREATE OR REPLACE TEMPORARY VIEW listing_span AS
SELECT
  store_code,
  sku_code,
  MIN(TO_DATE(dt, 'yyyyMMdd')) AS first_day,
  MAX(TO_DATE(dt, 'yyyyMMdd')) AS last_day
FROM retail_dwd.dwd_order_detail
WHERE dt >= '${history_from}'
GROUP BY store_code, sku_code
HAVING COUNT(DISTINCT dt) >= 30;

CREATE OR REPLACE TEMPORARY VIEW dense_day AS
SELECT store_code, sku_code, sales_day
FROM listing_span
LATERAL VIEW EXPLODE(SEQUENCE(first_day, last_day, INTERVAL 1 DAY)) g AS sales_day;

CREATE OR REPLACE TEMPORARY VIEW sold AS
SELECT
  store_code,
  sku_code,
  TO_DATE(dt, 'yyyyMMdd')                                       AS sales_day,
  SUM(quantity)                                                 AS quantity,
  SUM(net_amount) / SUM(quantity)                               AS net_price,
  MAX(unit_price)                                               AS shelf_price,
  MAX(CASE WHEN promo_codes IS NOT NULL THEN 1 ELSE 0 END)      AS on_promo,
  SUM(CASE WHEN day_part = 'dinner' THEN quantity ELSE 0 END) / SUM(quantity) AS dinner_share
FROM retail_dwd.dwd_order_detail
WHERE dt >= '${history_from}'
  AND order_status <> 'CANCELLED'
GROUP BY store_code, sku_code, dt;

-- An empty shelf is not missing demand: such days are masked, not learned as zero.
CREATE OR REPLACE TEMPORARY VIEW out_of_stock AS
SELECT DISTINCT store_code, sku_code, TO_DATE(snapshot_time) AS sales_day
FROM retail_ods.ods_stock_snapshot
WHERE dt >= '${history_from}'
  AND on_hand <= 0
  AND HOUR(snapshot_time) BETWEEN 9 AND 20;

CREATE OR REPLACE TEMPORARY VIEW history AS
SELECT
  g.store_code,
  g.sku_code,
  g.sales_day,
  CASE WHEN x.store_code IS NOT NULL AND s.quantity IS NULL THEN NULL
       ELSE COALESCE(s.quantity, 0) END                         AS quantity,
  LAST(s.net_price, TRUE)   OVER past                           AS net_price,
  LAST(s.shelf_price, TRUE) OVER past                           AS shelf_price,
  COALESCE(s.on_promo, 0)                                       AS on_promo,
  s.dinner_share
FROM dense_day g
LEFT JOIN sold s
  ON s.store_code = g.store_code AND s.sku_code = g.sku_code AND s.sales_day = g.sales_day
LEFT JOIN out_of_stock x
  ON x.store_code = g.store_code AND x.sku_code = g.sku_code AND x.sales_day = g.sales_day
WINDOW past AS (
  PARTITION BY g.store_code, g.sku_code
  ORDER BY g.sales_day
  ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
);

INSERT OVERWRITE TABLE demand_feature_day PARTITION (run_week = '${run_week}')
SELECT
  h.store_code,
  h.sku_code,
  h.sales_day,
  h.quantity                                                    AS target,

  -- lags of the same weekday
  LAG(h.quantity, 7)  OVER series                               AS lag_1w,
  LAG(h.quantity, 14) OVER series                               AS lag_2w,
  LAG(h.quantity, 28) OVER series                               AS lag_4w,
  LAG(h.quantity, 364) OVER series                              AS lag_1y,

  -- level, trend and spread; the newest day they may see is a week old, as in production
  AVG(h.quantity) OVER last_four_weeks                          AS mean_4w,
  AVG(h.quantity) OVER last_quarter                             AS mean_13w,
  STDDEV_SAMP(h.quantity) OVER last_four_weeks                  AS spread_4w,
  AVG(h.quantity) OVER last_four_weeks
    / NULLIF(AVG(h.quantity) OVER last_quarter, 0)              AS trend,
  SUM(CASE WHEN h.quantity = 0 THEN 1 ELSE 0 END) OVER last_four_weeks AS zero_days_4w,

  -- price and promotion
  h.net_price / NULLIF(h.shelf_price, 0)                        AS price_index,
  h.on_promo,
  LEAD(h.on_promo, 1, 0) OVER series                            AS promo_tomorrow,
  h.net_price / NULLIF(AVG(h.net_price) OVER (
    PARTITION BY p.level2_name, h.store_code, h.sales_day
  ), 0)                                                         AS price_to_category,

  -- calendar
  DAYOFWEEK(h.sales_day)                                        AS weekday,
  c.is_holiday,
  c.is_workday_swap,
  c.days_to_next_holiday,
  c.lunar_day,
  WEEKOFYEAR(h.sales_day)                                       AS week_no,

  -- weather, from the forecast that was known seven days ahead
  w.temperature_max,
  w.temperature_max - c.normal_temperature_max                  AS temperature_anomaly,
  w.rain_mm,
  CASE WHEN w.rain_mm >= 25 THEN 1 ELSE 0 END                   AS heavy_rain,

  -- store and article
  st.store_format,
  st.floor_area_m2,
  st.city_tier,
  p.level1_name                                                 AS category1,
  p.level2_name                                                 AS category2,
  p.shelf_life_class,
  DATEDIFF(h.sales_day, st.open_date)                           AS store_age_days
FROM history h
JOIN retail_dim.dim_store st   ON st.store_code = h.store_code
JOIN retail_dim.dim_product p  ON p.sku_code = h.sku_code
JOIN retail_dim.dim_calendar_ml c ON c.calendar_day = h.sales_day
LEFT JOIN retail_ods.ods_weather_forecast w
  ON  w.city_code = st.city_code
  AND w.forecast_for = h.sales_day
  AND w.days_ahead = 7
WINDOW
  series AS (PARTITION BY h.store_code, h.sku_code ORDER BY h.sales_day),
  last_four_weeks AS (
    PARTITION BY h.store_code, h.sku_code ORDER BY h.sales_day ROWS BETWEEN 34 PRECEDING AND 7 PRECEDING
  ),
  last_quarter AS (
    PARTITION BY h.store_code, h.sku_code ORDER BY h.sales_day ROWS BETWEEN 97 PRECEDING AND 7 PRECEDING
  );
