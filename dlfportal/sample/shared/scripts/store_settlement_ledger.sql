-- Settlement of one franchise store and month: revenue share, deductions, payable amount.
-- Called once per store by the for-each job; ${store_code} and ${period_no} come from the data set.

WITH contract AS (
    SELECT store_code, share_base, share_rate, minimum_fee, valid_from, valid_to
    FROM fin.franchise_contract
    WHERE store_code = '${store_code}'
      AND to_date('${period_no}01', 'YYYYMMDD') BETWEEN valid_from AND valid_to
    ORDER BY valid_from DESC
    LIMIT 1
),
revenue AS (
    SELECT
        sum(CASE WHEN channel = 'TILL' THEN net_amount ELSE 0 END)        AS till_revenue,
        sum(CASE WHEN channel = 'SHOP' THEN net_amount ELSE 0 END)        AS shop_revenue,
        sum(CASE WHEN channel = 'PARTNER' THEN net_amount - shared_cost ELSE 0 END) AS partner_revenue
    FROM mart.order_line
    WHERE store_code = '${store_code}'
      AND to_char(placed_at, 'YYYYMM') = '${period_no}'
),
-- Stepwise rate: the share falls once the store passes its yearly thresholds.
year_to_date AS (
    SELECT coalesce(sum(settled_revenue), 0) AS before_this_month
    FROM fin.settlement
    WHERE store_code = '${store_code}'
      AND period_no >= substr('${period_no}', 1, 4) || '01'
      AND period_no <  '${period_no}'
),
steps AS (
    SELECT
        t.step_no,
        t.rate,
        greatest(
            least(y.before_this_month + r.till_revenue + r.shop_revenue + r.partner_revenue, t.upper_bound)
              - greatest(y.before_this_month, t.lower_bound),
            0
        ) AS revenue_in_step
    FROM fin.franchise_step t
    CROSS JOIN year_to_date y
    CROSS JOIN revenue r
    WHERE t.store_code = '${store_code}'
),
deduction AS (
    SELECT
        sum(amount) FILTER (WHERE kind = 'GOODS')     AS goods,
        sum(amount) FILTER (WHERE kind = 'LOGISTICS') AS logistics,
        sum(amount) FILTER (WHERE kind = 'PENALTY')   AS penalty
    FROM fin.store_charge
    WHERE store_code = '${store_code}' AND period_no = '${period_no}' AND approved_by IS NOT NULL
)
INSERT INTO fin.settlement (
    store_code, period_no, settled_revenue, franchise_fee, goods, logistics, penalty, payable, created_at
)
SELECT
    c.store_code,
    '${period_no}',
    r.till_revenue + r.shop_revenue + r.partner_revenue,
    greatest((SELECT sum(revenue_in_step * rate) FROM steps), c.minimum_fee),
    coalesce(d.goods, 0),
    coalesce(d.logistics, 0),
    coalesce(d.penalty, 0),
    r.shop_revenue + r.partner_revenue
      - greatest((SELECT sum(revenue_in_step * rate) FROM steps), c.minimum_fee)
      - coalesce(d.goods, 0) - coalesce(d.logistics, 0) - coalesce(d.penalty, 0),
    now()
FROM contract c
CROSS JOIN revenue r
CROSS JOIN deduction d
ON CONFLICT (store_code, period_no) DO UPDATE
SET settled_revenue = excluded.settled_revenue,
    franchise_fee   = excluded.franchise_fee,
    goods           = excluded.goods,
    logistics       = excluded.logistics,
    penalty         = excluded.penalty,
    payable         = excluded.payable;
