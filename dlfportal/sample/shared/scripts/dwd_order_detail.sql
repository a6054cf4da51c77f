-- =====================================================================================
-- retail_dwd.dwd_order_detail: one row per order line, all sales channels
--
-- Sources   ods_order_info, ods_order_item      web shop and app
--           ods_pos_ticket                      store tills
--           ods_partner_order                   delivery partners
--           ods_coupon_use, ods_promo_rule      discounts
--           ods_payment                         payments
-- Grain     (channel, order_no, line_no)
-- Reload    the day of the business date, plus the orders of the last seven days that
--           were paid or cancelled on it
-- =====================================================================================

SET spark.sql.adaptive.enabled=true;
SET spark.sql.sources.partitionOverwriteMode=dynamic;
SET spark.sql.shuffle.partitions=400;

-- -------------------------------------------------------------------------------------
-- 1. Orders of the shop and the app: the newest state of every order touched today
-- -------------------------------------------------------------------------------------
CREATE OR REPLACE TEMPORARY VIEW v_shop_order AS
SELECT
  order_no,
  member_id,
  store_code,
  order_source,
  order_status,
  placed_at,
  paid_at,
  cancelled_at,
  freight_amount,
  packing_amount,
  address_city
FROM (
  SELECT
    o.*,
    ROW_NUMBER() OVER (
      PARTITION BY order_no
      ORDER BY source_updated_at DESC, binlog_position DESC
    ) AS state_no
  FROM retail_ods.ods_order_info o
  WHERE dt BETWEEN '${reload_from}' AND '${biz_date}'
) s
WHERE state_no = 1
  AND order_status NOT IN ('DRAFT', 'TEST');

CREATE OR REPLACE TEMPORARY VIEW v_shop_line AS
SELECT
  'SHOP'                                            AS channel,
  i.order_no,
  i.line_no,
  o.member_id,
  o.store_code,
  i.sku_code,
  i.quantity,
  i.unit_price,
  i.quantity * i.unit_price                         AS gross_amount,
  COALESCE(i.line_discount, 0)                      AS line_discount,
  o.order_status,
  o.order_source,
  o.placed_at,
  o.paid_at,
  o.cancelled_at,
  o.address_city,
  -- Freight and packing are shared out by the value of the lines; the last line takes the cents.
  ROUND(
    (o.freight_amount + o.packing_amount)
      * i.quantity * i.unit_price
      / NULLIF(SUM(i.quantity * i.unit_price) OVER (PARTITION BY i.order_no), 0),
    2
  )                                                 AS shared_cost,
  COUNT(*)          OVER (PARTITION BY i.order_no)  AS lines_in_order
FROM retail_ods.ods_order_item i
JOIN v_shop_order o
  ON o.order_no = i.order_no
WHERE i.dt BETWEEN '${reload_from}' AND '${biz_date}'
  AND i.is_deleted = 0;

-- -------------------------------------------------------------------------------------
-- 2. Tickets of the tills: a void cancels the ticket with the same number of that till
-- -------------------------------------------------------------------------------------
CREATE OR REPLACE TEMPORARY VIEW v_till_void AS
SELECT DISTINCT store_code, till_no, voided_ticket_no
FROM retail_ods.ods_pos_ticket
WHERE dt = '${biz_date}'
  AND ticket_type = 'VOID';

CREATE OR REPLACE TEMPORARY VIEW v_till_line AS
SELECT
  'TILL'                                            AS channel,
  CONCAT_WS('-', t.store_code, t.till_no, t.ticket_no) AS order_no,
  t.line_no,
  t.member_card                                     AS member_id,
  t.store_code,
  COALESCE(m.sku_code, t.item_code)                 AS sku_code,
  -- Weighed goods carry grams, counted goods pieces.
  CASE WHEN t.is_weighed = 1 THEN t.item_weight_g / 1000.0 ELSE t.item_count END AS quantity,
  t.item_price                                      AS unit_price,
  t.line_amount + t.line_reduction                  AS gross_amount,
  t.line_reduction                                  AS line_discount,
  'FINISHED'                                        AS order_status,
  'STORE'                                           AS order_source,
  t.ticket_time                                     AS placed_at,
  t.ticket_time                                     AS paid_at,
  CAST(NULL AS TIMESTAMP)                           AS cancelled_at,
  s.city_code                                       AS address_city,
  CAST(0 AS DECIMAL(10, 2))                         AS shared_cost,
  COUNT(*) OVER (PARTITION BY t.store_code, t.till_no, t.ticket_no) AS lines_in_order
FROM retail_ods.ods_pos_ticket t
LEFT ANTI JOIN v_till_void v
  ON  v.store_code = t.store_code
  AND v.till_no = t.till_no
  AND v.voided_ticket_no = t.ticket_no
LEFT JOIN retail_dim.dim_barcode_map m
  ON m.barcode = t.item_code
LEFT JOIN retail_dim.dim_store s
  ON s.store_code = t.store_code
WHERE t.dt = '${biz_date}'
  AND t.ticket_type = 'SALE';

-- -------------------------------------------------------------------------------------
-- 3. Delivery partners send one JSON document per order, with the dishes in an array
-- -------------------------------------------------------------------------------------
CREATE OR REPLACE TEMPORARY VIEW v_partner_line AS
SELECT
  'PARTNER'                                         AS channel,
  CONCAT(p.partner_code, ':', p.partner_order_no)   AS order_no,
  d.pos + 1                                         AS line_no,
  CAST(NULL AS STRING)                              AS member_id,
  x.store_code,
  COALESCE(k.sku_code, d.item.partner_sku)          AS sku_code,
  CAST(d.item.qty AS DECIMAL(12, 3))                AS quantity,
  CAST(d.item.price_fen AS DECIMAL(14, 0)) / 100    AS unit_price,
  CAST(d.item.qty * d.item.price_fen AS DECIMAL(14, 0)) / 100 AS gross_amount,
  CAST(COALESCE(d.item.discount_fen, 0) AS DECIMAL(14, 0)) / 100 AS line_discount,
  CASE p.state
    WHEN 8 THEN 'FINISHED'
    WHEN 9 THEN 'CANCELLED'
    ELSE 'OPEN'
  END                                               AS order_status,
  p.partner_code                                    AS order_source,
  FROM_UNIXTIME(p.created_epoch)                    AS placed_at,
  FROM_UNIXTIME(p.paid_epoch)                       AS paid_at,
  IF(p.state = 9, FROM_UNIXTIME(p.changed_epoch), NULL) AS cancelled_at,
  x.city_code                                       AS address_city,
  CAST(p.commission_fen AS DECIMAL(14, 0)) / 100 / SIZE(p.items) AS shared_cost,
  CAST(SIZE(p.items) AS BIGINT)                     AS lines_in_order
FROM (
  SELECT
    partner_code,
    partner_order_no,
    partner_shop_id,
    state,
    created_epoch,
    paid_epoch,
    changed_epoch,
    commission_fen,
    FROM_JSON(
      items_json,
      'ARRAY<STRUCT<partner_sku: STRING, qty: INT, price_fen: BIGINT, discount_fen: BIGINT>>'
    ) AS items
  FROM retail_ods.ods_partner_order
  WHERE dt = '${biz_date}'
) p
LATERAL VIEW POSEXPLODE(p.items) d AS pos, item
LEFT JOIN retail_dim.dim_partner_shop x
  ON x.partner_shop_id = p.partner_shop_id
LEFT JOIN retail_dim.dim_partner_sku k
  ON  k.partner_code = p.partner_code
  AND k.partner_sku = d.item.partner_sku;

-- -------------------------------------------------------------------------------------
-- 4. Coupons: what the customer paid less, and who bears it (brand, headquarters, store)
-- -------------------------------------------------------------------------------------
CREATE OR REPLACE TEMPORARY VIEW v_coupon AS
SELECT
  u.order_no,
  u.line_no,
  SUM(u.used_amount)                                                   AS coupon_amount,
  SUM(CASE WHEN r.bearer = 'BRAND' THEN u.used_amount ELSE 0 END)      AS borne_by_brand,
  SUM(CASE WHEN r.bearer = 'HQ'    THEN u.used_amount ELSE 0 END)      AS borne_by_hq,
  SUM(CASE WHEN r.bearer = 'STORE' THEN u.used_amount ELSE 0 END)      AS borne_by_store,
  CONCAT_WS(',', SORT_ARRAY(COLLECT_SET(r.promo_code)))                AS promo_codes
FROM retail_ods.ods_coupon_use u
JOIN retail_ods.ods_promo_rule r
  ON  r.rule_id = u.rule_id
  AND r.dt = '${biz_date}'
WHERE u.dt BETWEEN '${reload_from}' AND '${biz_date}'
  AND u.reversed_at IS NULL
GROUP BY u.order_no, u.line_no;

-- -------------------------------------------------------------------------------------
-- 5. Payments: the main way to pay is the one with the largest share
-- -------------------------------------------------------------------------------------
CREATE OR REPLACE TEMPORARY VIEW v_payment AS
SELECT
  order_no,
  MAX_BY(pay_method, paid_amount) AS main_pay_method,
  SUM(paid_amount)                AS paid_total,
  COUNT(DISTINCT pay_method)      AS pay_methods
FROM retail_ods.ods_payment
WHERE dt BETWEEN '${reload_from}' AND '${biz_date}'
  AND pay_status = 'SUCCESS'
GROUP BY order_no;

-- -------------------------------------------------------------------------------------
-- 6. All channels together, with the dimensions as they were when the order was placed
-- -------------------------------------------------------------------------------------
CREATE OR REPLACE TEMPORARY VIEW v_all_lines AS
SELECT * FROM v_shop_line
UNION ALL
SELECT * FROM v_till_line
UNION ALL
SELECT * FROM v_partner_line;

INSERT OVERWRITE TABLE retail_dwd.dwd_order_detail PARTITION (dt)
SELECT
  l.channel,
  l.order_no,
  l.line_no,
  l.order_source,
  l.order_status,
  m.member_sk,
  COALESCE(m.level_code, 'GUEST')                            AS member_level,
  l.store_code,
  s.region_code,
  l.address_city,
  l.sku_code,
  p.level1_name                                              AS category1,
  p.level2_name                                              AS category2,
  p.shelf_life_class,
  CAST(l.quantity AS DECIMAL(12, 3))                         AS quantity,
  CAST(l.unit_price AS DECIMAL(10, 2))                       AS unit_price,
  CAST(l.gross_amount AS DECIMAL(14, 2))                     AS gross_amount,
  CAST(l.line_discount AS DECIMAL(14, 2))                    AS line_discount,
  CAST(COALESCE(c.coupon_amount, 0) AS DECIMAL(14, 2))       AS coupon_amount,
  CAST(COALESCE(c.borne_by_brand, 0) AS DECIMAL(14, 2))      AS borne_by_brand,
  CAST(COALESCE(c.borne_by_hq, 0) AS DECIMAL(14, 2))         AS borne_by_hq,
  CAST(COALESCE(c.borne_by_store, 0) AS DECIMAL(14, 2))      AS borne_by_store,
  CAST(l.gross_amount - l.line_discount - COALESCE(c.coupon_amount, 0) AS DECIMAL(14, 2)) AS net_amount,
  CAST(l.shared_cost AS DECIMAL(14, 2))                      AS shared_cost,
  CAST(l.quantity * p.cost_price AS DECIMAL(14, 2))          AS goods_cost,
  y.main_pay_method,
  CASE
    WHEN y.paid_total IS NULL AND l.channel = 'SHOP'         THEN 'UNPAID'
    WHEN y.pay_methods > 1                                   THEN 'MIXED'
    ELSE 'SINGLE'
  END                                                        AS pay_kind,
  c.promo_codes,
  l.lines_in_order,
  l.placed_at,
  l.paid_at,
  l.cancelled_at,
  DATE_FORMAT(l.placed_at, 'HH')                             AS placed_hour,
  CASE
    WHEN HOUR(l.placed_at) BETWEEN 5 AND 9                   THEN 'breakfast'
    WHEN HOUR(l.placed_at) BETWEEN 10 AND 13                 THEN 'lunch'
    WHEN HOUR(l.placed_at) BETWEEN 14 AND 16                 THEN 'tea'
    WHEN HOUR(l.placed_at) BETWEEN 17 AND 20                 THEN 'dinner'
    ELSE 'night'
  END                                                        AS day_part,
  CURRENT_TIMESTAMP()                                        AS etl_time,
  DATE_FORMAT(l.placed_at, 'yyyyMMdd')                       AS dt
FROM v_all_lines l
LEFT JOIN retail_dim.dim_member m
  ON  m.member_id = l.member_id
  AND CAST(l.placed_at AS DATE) BETWEEN m.valid_from AND m.valid_to
LEFT JOIN retail_dim.dim_store s
  ON s.store_code = l.store_code
LEFT JOIN retail_dim.dim_product p
  ON p.sku_code = l.sku_code
LEFT JOIN v_coupon c
  ON  c.order_no = l.order_no
  AND c.line_no = l.line_no
LEFT JOIN v_payment y
  ON y.order_no = l.order_no
WHERE l.placed_at IS NOT NULL
DISTRIBUTE BY DATE_FORMAT(l.placed_at, 'yyyyMMdd'), PMOD(HASH(l.store_code), 16);

-- -------------------------------------------------------------------------------------
-- 7. Lines that found no product: the master data team works through this list
-- -------------------------------------------------------------------------------------
INSERT OVERWRITE TABLE retail_dwd.dwd_unknown_sku PARTITION (dt = '${biz_date}')
SELECT
  sku_code,
  channel,
  COUNT(*)                  AS lines,
  COUNT(DISTINCT store_code) AS stores,
  SUM(gross_amount)         AS gross_amount,
  MIN(placed_at)            AS first_seen,
  MAX(order_no)             AS example_order
FROM retail_dwd.dwd_order_detail
WHERE dt = '${biz_date}'
  AND category1 IS NULL
GROUP BY sku_code, channel
HAVING COUNT(*) >= 3;
