-- 品类日销售排行：大区内每个二级品类的销量排名、贡献度和帕累托分级
-- 分级规则：累计贡献 80% 以内为 A，95% 以内为 B，其余为 C

CACHE TABLE category_base AS
SELECT
  region_code,
  category1,
  category2,
  SUM(quantity)              AS sold_quantity,
  SUM(net_amount)            AS sales,
  SUM(net_amount - goods_cost) AS profit,
  COUNT(DISTINCT sku_code)   AS sku_sold,
  COUNT(DISTINCT store_code) AS stores
FROM retail_dwd.dwd_order_detail
WHERE dt = '${biz_date}'
  AND order_status IN ('FINISHED', 'SHIPPED')
  AND category2 IS NOT NULL
GROUP BY region_code, category1, category2;

-- 过去 28 天的均值和标准差，用来标出异常波动
CREATE OR REPLACE TEMPORARY VIEW category_normal AS
SELECT
  region_code,
  category2,
  AVG(sales)         AS mean_sales,
  STDDEV_SAMP(sales) AS spread_sales,
  COUNT(*)           AS days_seen
FROM retail_ads.ads_category_rank_day
WHERE dt >= DATE_FORMAT(DATE_SUB(TO_DATE('${biz_date}', 'yyyyMMdd'), 28), 'yyyyMMdd')
  AND dt < '${biz_date}'
GROUP BY region_code, category2;

INSERT OVERWRITE TABLE retail_ads.ads_category_rank_day PARTITION (dt = '${biz_date}')
SELECT
  ranked.region_code,
  ranked.category1,
  ranked.category2,
  ranked.sold_quantity,
  ranked.sales,
  ranked.profit,
  ranked.sku_sold,
  ranked.stores,
  ranked.rank_in_region,
  ranked.rank_in_parent,
  ROUND(ranked.sales / ranked.region_sales, 6)                   AS sales_share,
  CASE
    WHEN ranked.running_sales - ranked.sales < 0.80 * ranked.region_sales THEN 'A'
    WHEN ranked.running_sales - ranked.sales < 0.95 * ranked.region_sales THEN 'B'
    ELSE 'C'
  END                                                            AS pareto_class,
  CASE
    WHEN n.days_seen < 14 OR n.spread_sales = 0                  THEN '样本不足'
    WHEN (ranked.sales - n.mean_sales) / n.spread_sales >  3     THEN '异常偏高'
    WHEN (ranked.sales - n.mean_sales) / n.spread_sales < -3     THEN '异常偏低'
    ELSE '正常'
  END                                                            AS fluctuation
FROM (
  SELECT
    b.*,
    RANK() OVER (PARTITION BY region_code ORDER BY sales DESC)            AS rank_in_region,
    RANK() OVER (PARTITION BY region_code, category1 ORDER BY sales DESC) AS rank_in_parent,
    SUM(sales) OVER (PARTITION BY region_code)                            AS region_sales,
    SUM(sales) OVER (
      PARTITION BY region_code
      ORDER BY sales DESC, category2
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    )                                                                     AS running_sales
  FROM category_base b
) ranked
LEFT JOIN category_normal n
  ON  n.region_code = ranked.region_code
  AND n.category2 = ranked.category2;

UNCACHE TABLE category_base;
