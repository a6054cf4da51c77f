-- Data quality of the night: one row per rule, with the worst examples beside it.
-- severity BLOCK stops the reports, WARN goes into the morning mail.

CREATE TABLE IF NOT EXISTS retail_dq.rule_result (
  rule_code   STRING,
  severity    STRING,
  checked     BIGINT,
  failed      BIGINT,
  threshold   DOUBLE,
  verdict     STRING,
  examples    ARRAY<STRING>,
  checked_at  TIMESTAMP
) USING orc PARTITIONED BY (dt STRING);

CREATE OR REPLACE TEMPORARY VIEW rule_row AS

-- completeness: every open store has sales
SELECT 'STORE_WITHOUT_SALES' AS rule_code, 'BLOCK' AS severity, 0.02 AS threshold,
       s.store_code AS example, IF(d.store_code IS NULL, 1, 0) AS is_failed
FROM retail_dim.dim_store s
LEFT JOIN (SELECT DISTINCT store_code FROM retail_dwd.dwd_order_detail WHERE dt = '${biz_date}') d
  ON d.store_code = s.store_code
WHERE s.is_closed = 0

UNION ALL
-- uniqueness of the grain
SELECT 'ORDER_LINE_TWICE', 'BLOCK', 0.0, CONCAT_WS('/', channel, order_no, line_no), IF(n > 1, 1, 0)
FROM (
  SELECT channel, order_no, line_no, COUNT(*) AS n
  FROM retail_dwd.dwd_order_detail
  WHERE dt = '${biz_date}'
  GROUP BY channel, order_no, line_no
) grain

UNION ALL
-- validity of amounts
SELECT 'NEGATIVE_NET_AMOUNT', 'WARN', 0.001, order_no, IF(net_amount < 0, 1, 0)
FROM retail_dwd.dwd_order_detail
WHERE dt = '${biz_date}'

UNION ALL
SELECT 'MARGIN_OUT_OF_RANGE', 'WARN', 0.03, order_no,
       IF(goods_cost > net_amount * 1.5 OR goods_cost < net_amount * 0.05, 1, 0)
FROM retail_dwd.dwd_order_detail
WHERE dt = '${biz_date}' AND net_amount > 1

UNION ALL
-- referential integrity
SELECT 'MEMBER_NOT_IN_DIMENSION', 'WARN', 0.005, r.member_id, IF(m.member_id IS NULL, 1, 0)
FROM retail_ods.ods_order_info r
LEFT JOIN retail_dim.dim_member m
  ON m.member_id = r.member_id AND m.is_current = 1
WHERE r.dt = '${biz_date}' AND r.member_id IS NOT NULL

UNION ALL
-- timeliness: tills that sent their last ticket before eight in the evening
SELECT 'TILL_STOPPED_EARLY', 'WARN', 0.05, CONCAT(store_code, '#', till_no), IF(MAX(HOUR(ticket_time)) < 20, 1, 0)
FROM retail_ods.ods_pos_ticket
WHERE dt = '${biz_date}'
GROUP BY store_code, till_no;

INSERT OVERWRITE TABLE retail_dq.rule_result PARTITION (dt = '${biz_date}')
SELECT
  rule_code,
  severity,
  COUNT(*),
  SUM(is_failed),
  MAX(threshold),
  CASE
    WHEN SUM(is_failed) <= MAX(threshold) * COUNT(*) THEN 'PASS'
    WHEN severity = 'BLOCK'                          THEN 'BLOCK'
    ELSE 'WARN'
  END,
  SLICE(COLLECT_LIST(IF(is_failed = 1, example, NULL)), 1, 20),
  CURRENT_TIMESTAMP()
FROM rule_row
GROUP BY rule_code, severity;

-- Fails the node, and with it the branch of the reports, when a blocking rule is broken.
SELECT ASSERT_TRUE(COUNT(*) = 0)
FROM retail_dq.rule_result
WHERE dt = '${biz_date}' AND verdict = 'BLOCK';
