-- 补货建议：按门店、商品计算安全库存和建议订货量（MySQL 8）
-- 安全库存 = z * 需求标准差 * sqrt(到货周期)，服务水平 95% 时 z 取 1.65

DELETE FROM replenish_advice WHERE advice_date = CURRENT_DATE;

INSERT INTO replenish_advice (
  advice_date, store_code, sku_code, supplier_code, mean_demand, safety_stock, reorder_point,
  available, suggested_cases, reason
)
WITH RECURSIVE horizon (day_no) AS (
  SELECT 1
  UNION ALL
  SELECT day_no + 1 FROM horizon WHERE day_no < 28
),
-- 没有销售的日期也要算作零，否则均值偏高
demand AS (
  SELECT
    a.store_code,
    a.sku_code,
    h.day_no,
    COALESCE(d.quantity, 0) AS quantity
  FROM store_assortment a
  CROSS JOIN horizon h
  LEFT JOIN sales_daily d
    ON  d.store_code = a.store_code
    AND d.sku_code = a.sku_code
    AND d.sales_date = CURRENT_DATE - INTERVAL h.day_no DAY
  WHERE a.listed_to IS NULL
),
moments AS (
  SELECT store_code, sku_code, AVG(quantity) AS mu, STDDEV_SAMP(quantity) AS sigma
  FROM demand
  GROUP BY store_code, sku_code
),
priced AS (
  SELECT
    m.store_code,
    m.sku_code,
    s.supplier_code,
    s.case_size,
    s.lead_days,
    m.mu,
    1.65 * m.sigma * SQRT(s.lead_days)                        AS safety,
    m.mu * s.lead_days + 1.65 * m.sigma * SQRT(s.lead_days)   AS reorder_at,
    n.on_hand - n.reserved + n.in_transit                     AS available,
    s.shelf_days
  FROM moments m
  JOIN supplier_article s ON s.sku_code = m.sku_code AND s.is_preferred = 1
  JOIN store_stock_now n  ON n.store_code = m.store_code AND n.sku_code = m.sku_code
)
SELECT
  CURRENT_DATE,
  store_code,
  sku_code,
  supplier_code,
  ROUND(mu, 3),
  ROUND(safety, 3),
  ROUND(reorder_at, 3),
  available,
  CEIL(LEAST(
    reorder_at + mu * 7 - available,
    mu * COALESCE(shelf_days, 365) * 0.6
  ) / case_size),
  CASE
    WHEN available <= 0 THEN '断货'
    WHEN available < safety THEN '低于安全库存'
    ELSE '低于订货点'
  END
FROM priced
WHERE available < reorder_at
  AND mu > 0;
