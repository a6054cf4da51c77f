-- HetuEngine: compares the lake (Hive), the warehouse (DWS) and the till database (MySQL) in one query.
-- Rows come out only where the three disagree by more than a tenth of a percent.

WITH lake AS (
  SELECT store_code, CAST(SUM(net_amount) AS decimal(16, 2)) AS amount, COUNT(DISTINCT order_no) AS docs
  FROM hive.retail_dwd.dwd_order_detail
  WHERE dt BETWEEN '${period_no}01' AND '${period_no}31'
    AND channel = 'TILL'
  GROUP BY store_code
),
warehouse AS (
  SELECT store_code, CAST(SUM(net_amount) AS decimal(16, 2)) AS amount, COUNT(DISTINCT order_no) AS docs
  FROM dws_mart.mart.order_line
  WHERE date_format(placed_at, '%Y%m') = '${period_no}'
    AND channel = 'TILL'
  GROUP BY store_code
),
tills AS (
  SELECT shop_no AS store_code, CAST(SUM(total_fen) / 100.0 AS decimal(16, 2)) AS amount, COUNT(*) AS docs
  FROM mysql_pos.pos.ticket_head
  WHERE business_date >= date_parse('${period_no}01', '%Y%m%d')
    AND business_date <  date_add('month', 1, date_parse('${period_no}01', '%Y%m%d'))
    AND voided = 0
  GROUP BY shop_no
),
side_by_side AS (
  SELECT
    COALESCE(l.store_code, w.store_code, t.store_code) AS store_code,
    COALESCE(l.amount, 0) AS lake_amount,
    COALESCE(w.amount, 0) AS warehouse_amount,
    COALESCE(t.amount, 0) AS till_amount,
    COALESCE(l.docs, 0)   AS lake_docs,
    COALESCE(w.docs, 0)   AS warehouse_docs,
    COALESCE(t.docs, 0)   AS till_docs
  FROM lake l
  FULL OUTER JOIN warehouse w ON w.store_code = l.store_code
  FULL OUTER JOIN tills t     ON t.store_code = COALESCE(l.store_code, w.store_code)
)
SELECT
  store_code,
  lake_amount,
  warehouse_amount,
  till_amount,
  lake_docs - till_docs                                       AS missing_in_lake,
  warehouse_docs - lake_docs                                  AS missing_in_warehouse,
  CASE
    WHEN till_docs = 0                   THEN 'store sent nothing'
    WHEN lake_docs < till_docs           THEN 'lost on the way to the lake'
    WHEN warehouse_docs < lake_docs      THEN 'lost on the way to the warehouse'
    ELSE 'amounts differ'
  END                                                         AS likely_cause
FROM side_by_side
WHERE greatest(lake_amount, warehouse_amount, till_amount)
    - least(lake_amount, warehouse_amount, till_amount)
    > 0.001 * greatest(lake_amount, warehouse_amount, till_amount)
ORDER BY greatest(lake_amount, warehouse_amount, till_amount) DESC;
