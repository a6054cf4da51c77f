-- 月结：门店与财务总账对账
-- 步骤：1 取当月业务数  2 取总账凭证  3 三层匹配（单据、日、科目）  4 差异落表并锁定账期
-- 重跑规则：账期状态为 OPEN 时可以反复执行，CLOSED 时直接报错

DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM fin.period WHERE period_no = '${period_no}' AND status = 'CLOSED') THEN
        RAISE EXCEPTION 'period % is closed', '${period_no}';
    END IF;
END;
$$;

TRUNCATE TABLE fin.close_business, fin.close_ledger;

INSERT INTO fin.close_business (store_code, sales_day, subject_code, doc_no, amount)
SELECT store_code, sales_day, subject_code, doc_no, sum(amount)
FROM (
    SELECT l.store_code, l.placed_at::date AS sales_day, '600101' AS subject_code, l.order_no AS doc_no,
           l.net_amount - l.tax_amount AS amount
    FROM mart.order_line l
    WHERE to_char(l.placed_at, 'YYYYMM') = '${period_no}' AND l.order_status = 'FINISHED'
    UNION ALL
    SELECT l.store_code, l.placed_at::date, '222101', l.order_no, l.tax_amount
    FROM mart.order_line l
    WHERE to_char(l.placed_at, 'YYYYMM') = '${period_no}' AND l.order_status = 'FINISHED'
    UNION ALL
    -- 储值卡充值计入预收，不计收入
    SELECT c.store_code, c.topped_up_at::date, '220301', c.topup_no, c.amount
    FROM mart.card_topup c
    WHERE to_char(c.topped_up_at, 'YYYYMM') = '${period_no}'
    UNION ALL
    SELECT f.store_code, f.refunded_at::date, '600101', f.refund_no, -f.refund_amount / (1 + f.tax_rate)
    FROM mart.refund f
    WHERE to_char(f.refunded_at, 'YYYYMM') = '${period_no}'
) all_documents
GROUP BY store_code, sales_day, subject_code, doc_no;

INSERT INTO fin.close_ledger (store_code, sales_day, subject_code, doc_no, voucher_no, amount)
SELECT
    e.cost_center,
    e.posting_date,
    substr(e.account_no, 1, 6),
    nullif(trim(e.reference_text), ''),
    e.voucher_no,
    CASE e.debit_credit WHEN 'C' THEN e.amount ELSE -e.amount END
FROM fin.gl_entry e
WHERE e.period_no = '${period_no}'
  AND e.cost_center IN (SELECT store_code FROM mart.store)
  AND e.reversed_by IS NULL;

DELETE FROM fin.close_difference WHERE period_no = '${period_no}';

-- 第一层：单据号一致，金额差超过一分钱
INSERT INTO fin.close_difference (period_no, layer, store_code, sales_day, subject_code, doc_no, business, ledger)
SELECT '${period_no}', 1, coalesce(b.store_code, g.store_code), coalesce(b.sales_day, g.sales_day),
       coalesce(b.subject_code, g.subject_code), doc_no, coalesce(b.amount, 0), coalesce(g.amount, 0)
FROM fin.close_business b
FULL JOIN (
    SELECT store_code, min(sales_day) AS sales_day, subject_code, doc_no, sum(amount) AS amount
    FROM fin.close_ledger
    WHERE doc_no IS NOT NULL
    GROUP BY store_code, subject_code, doc_no
) g USING (doc_no, subject_code)
WHERE abs(coalesce(b.amount, 0) - coalesce(g.amount, 0)) > 0.01;

-- 第二层：汇总凭证没有单据号，只能按门店和日期比较
INSERT INTO fin.close_difference (period_no, layer, store_code, sales_day, subject_code, business, ledger)
SELECT '${period_no}', 2, d.store_code, d.sales_day, d.subject_code, d.business, d.ledger
FROM (
    SELECT
        store_code,
        sales_day,
        subject_code,
        sum(amount) FILTER (WHERE side = 'B') AS business,
        sum(amount) FILTER (WHERE side = 'L') AS ledger
    FROM (
        SELECT 'B' AS side, store_code, sales_day, subject_code, amount FROM fin.close_business
        UNION ALL
        SELECT 'L', store_code, sales_day, subject_code, amount FROM fin.close_ledger
    ) sides
    GROUP BY GROUPING SETS ((store_code, sales_day, subject_code))
) d
WHERE abs(coalesce(d.business, 0) - coalesce(d.ledger, 0)) > 1.00;

-- 第三层：科目月合计，差额超过门槛则不允许关账
INSERT INTO fin.close_difference (period_no, layer, subject_code, business, ledger)
SELECT '${period_no}', 3, subject_code, sum(business), sum(ledger)
FROM fin.close_difference
WHERE period_no = '${period_no}' AND layer = 2
GROUP BY subject_code
HAVING abs(sum(business) - sum(ledger)) > ${tolerance};

UPDATE fin.period
SET status = CASE
        WHEN EXISTS (SELECT 1 FROM fin.close_difference WHERE period_no = '${period_no}' AND layer = 3)
        THEN 'DIFFERENCE'
        ELSE 'READY'
    END,
    checked_at = now()
WHERE period_no = '${period_no}';
