-- DWS: takes the exchanged daily figures from the foreign OBS table into the report mart.
-- The table is column-stored and distributed by store_code; statistics matter more than indexes here.

SET enable_hashagg = on;
SET explain_perf_mode = pretty;

START TRANSACTION;

DELETE FROM mart.store_sales_day_stage;

INSERT INTO mart.store_sales_day_stage
SELECT
    store_code,
    to_date(dt, 'YYYYMMDD')                AS sales_day,
    order_cnt::int,
    member_cnt::int,
    net_amount::numeric(14, 2),
    refund_amount::numeric(14, 2),
    goods_cost::numeric(14, 2),
    growth_rate::numeric(10, 4),
    target_rate::numeric(10, 4)
FROM ext_obs.store_sales_day
WHERE dt = '${biz_date}';

-- Nothing may be loaded twice and no store may vanish without a closing date.
DO $$
DECLARE
    doubled  int;
    vanished int;
BEGIN
    SELECT count(*) INTO doubled
    FROM (SELECT store_code FROM mart.store_sales_day_stage GROUP BY store_code HAVING count(*) > 1) d;

    SELECT count(*) INTO vanished
    FROM mart.store_sales_day y
    WHERE y.sales_day = to_date('${biz_date}', 'YYYYMMDD') - 1
      AND NOT EXISTS (SELECT 1 FROM mart.store_sales_day_stage t WHERE t.store_code = y.store_code)
      AND NOT EXISTS (SELECT 1 FROM mart.store s WHERE s.store_code = y.store_code AND s.closed_on IS NOT NULL);

    IF doubled > 0 OR vanished > 3 THEN
        RAISE EXCEPTION 'store_sales_day %: % doubled, % vanished', '${biz_date}', doubled, vanished;
    END IF;
END;
$$;

MERGE INTO mart.store_sales_day AS t
USING mart.store_sales_day_stage AS s
ON (t.store_code = s.store_code AND t.sales_day = s.sales_day)
WHEN MATCHED THEN UPDATE SET
    order_cnt     = s.order_cnt,
    member_cnt    = s.member_cnt,
    net_amount    = s.net_amount,
    refund_amount = s.refund_amount,
    goods_cost    = s.goods_cost,
    growth_rate   = s.growth_rate,
    target_rate   = s.target_rate,
    updated_at    = now()
WHEN NOT MATCHED THEN INSERT
    VALUES (s.store_code, s.sales_day, s.order_cnt, s.member_cnt, s.net_amount, s.refund_amount,
            s.goods_cost, s.growth_rate, s.target_rate, now());

COMMIT;

-- The region page of the report reads this view only; refresh it while the cache is warm.
REFRESH MATERIALIZED VIEW mart.region_sales_week;

ANALYZE mart.store_sales_day;
