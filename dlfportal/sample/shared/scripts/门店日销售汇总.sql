-- 门店日销售汇总：每个门店、每天一行，供日报和店长看板使用
-- 口径说明
--   销售额：实收金额，不含运费，不含取消订单
--   客单价：销售额除以有效订单数
--   同比：与上周同一天比较，节假日按 dim_calendar 的对比日
--   达成率：当月累计销售额除以当月目标

SET hive.exec.parallel=true;
SET hive.exec.dynamic.partition=true;

WITH 当日 AS (
  SELECT
    store_code,
    COUNT(DISTINCT order_no)                                        AS order_cnt,
    COUNT(DISTINCT IF(channel = 'TILL', order_no, NULL))            AS till_order_cnt,
    COUNT(DISTINCT IF(channel <> 'TILL', order_no, NULL))           AS online_order_cnt,
    COUNT(DISTINCT member_sk)                                       AS member_cnt,
    SUM(net_amount)                                                 AS net_amount,
    SUM(IF(channel <> 'TILL', net_amount, 0))                       AS online_amount,
    SUM(goods_cost)                                                 AS goods_cost,
    SUM(coupon_amount)                                              AS coupon_amount,
    SUM(IF(shelf_life_class = 'fresh', net_amount, 0))              AS fresh_amount
  FROM retail_dwd.dwd_order_detail
  WHERE dt = '${biz_date}'
    AND order_status <> 'CANCELLED'
  GROUP BY store_code
),
-- 退款按退款发生日扣减，不追溯下单日
退款 AS (
  SELECT d.store_code, SUM(r.refund_amount) AS refund_amount
  FROM retail_dwd.dwd_refund r
  JOIN (
    SELECT DISTINCT order_no, store_code
    FROM retail_dwd.dwd_order_detail
    WHERE dt BETWEEN '${month_first_day}' AND '${biz_date}'
  ) d ON d.order_no = r.order_no
  WHERE r.dt = '${biz_date}'
  GROUP BY d.store_code
),
-- 对比日来自日历表，春节、国庆不能简单减七天
对比 AS (
  SELECT a.store_code, a.net_amount AS compare_amount, a.order_cnt AS compare_order_cnt
  FROM retail_dws.dws_store_sales_day a
  JOIN retail_dim.dim_calendar k
    ON k.compare_day = a.dt
  WHERE k.calendar_day = '${biz_date}'
),
-- 当月累计，不含当日
月累计 AS (
  SELECT store_code, SUM(net_amount - refund_amount) AS mtd_amount
  FROM retail_dws.dws_store_sales_day
  WHERE dt >= '${month_first_day}' AND dt < '${biz_date}'
  GROUP BY store_code
)
INSERT OVERWRITE TABLE retail_dws.dws_store_sales_day PARTITION (dt = '${biz_date}')
SELECT
  s.store_code,
  s.store_name,
  s.region_code,
  s.open_date,
  NVL(t.order_cnt, 0),
  NVL(t.till_order_cnt, 0),
  NVL(t.online_order_cnt, 0),
  NVL(t.member_cnt, 0),
  NVL(t.net_amount, 0),
  NVL(t.online_amount, 0),
  NVL(t.goods_cost, 0),
  NVL(t.coupon_amount, 0),
  NVL(t.fresh_amount, 0),
  NVL(r.refund_amount, 0),
  ROUND(t.net_amount / NULLIF(t.order_cnt, 0), 2)                       AS ticket_size,
  ROUND((t.net_amount - t.goods_cost) / NULLIF(t.net_amount, 0), 4)     AS margin_rate,
  ROUND(t.net_amount / NULLIF(c.compare_amount, 0) - 1, 4)              AS growth_rate,
  ROUND((NVL(m.mtd_amount, 0) + NVL(t.net_amount, 0) - NVL(r.refund_amount, 0))
        / NULLIF(g.target_amount, 0), 4)                                AS target_rate,
  -- 闭店、盘点当天没有流水，仍保留一行，避免看板断档
  CASE WHEN t.store_code IS NULL AND s.is_closed = 0 THEN 1 ELSE 0 END  AS no_sales_flag
FROM retail_dim.dim_store s
LEFT JOIN 当日   t ON t.store_code = s.store_code
LEFT JOIN 退款   r ON r.store_code = s.store_code
LEFT JOIN 对比   c ON c.store_code = s.store_code
LEFT JOIN 月累计 m ON m.store_code = s.store_code
LEFT JOIN retail_dim.dim_store_target g
  ON  g.store_code = s.store_code
  AND g.month_no = SUBSTR('${biz_date}', 1, 6)
WHERE s.open_date <= '${biz_date}';
