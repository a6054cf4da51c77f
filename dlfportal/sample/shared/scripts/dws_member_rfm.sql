-- RFM segments of the members, per week, on DWS.
-- Recency, frequency and monetary value of the last 365 days, each scored 1 to 5 by quintile
-- within the member's home region (big-city members would otherwise fill every top segment).

DROP TABLE IF EXISTS work.rfm_base;

CREATE TABLE work.rfm_base
WITH (orientation = column, compression = low)
DISTRIBUTE BY HASH (member_id)
AS
SELECT
    m.member_id,
    m.region_code,
    m.level_code,
    max(o.placed_at)::date                                       AS last_order_day,
    count(DISTINCT o.order_no)                                   AS orders_365d,
    sum(o.net_amount)                                            AS spend_365d,
    sum(o.net_amount) FILTER (WHERE o.placed_at >= date '${week_end}' - 90)  AS spend_90d,
    sum(o.coupon_amount) / nullif(sum(o.gross_amount), 0)        AS coupon_share,
    count(DISTINCT o.category1)                                  AS categories
FROM mart.member m
JOIN mart.order_line o
  ON o.member_id = m.member_id
WHERE o.placed_at >= date '${week_end}' - 365
  AND o.placed_at <  date '${week_end}' + 1
  AND o.order_status = 'FINISHED'
  AND m.is_employee = false
GROUP BY m.member_id, m.region_code, m.level_code;

ANALYZE work.rfm_base;

DELETE FROM mart.member_rfm_week WHERE week_end = date '${week_end}';

INSERT INTO mart.member_rfm_week
WITH scored AS (
    SELECT
        b.*,
        6 - ntile(5) OVER (PARTITION BY region_code ORDER BY last_order_day DESC) AS r,
        ntile(5)     OVER (PARTITION BY region_code ORDER BY orders_365d)         AS f,
        ntile(5)     OVER (PARTITION BY region_code ORDER BY spend_365d)          AS m
    FROM work.rfm_base b
),
named AS (
    SELECT
        s.*,
        CASE
            WHEN r >= 4 AND f >= 4 AND m >= 4 THEN '重要价值'
            WHEN r >= 4 AND f <  3 AND m >= 4 THEN '重要发展'
            WHEN r <= 2 AND f >= 4 AND m >= 4 THEN '重要挽留'
            WHEN r =  3 AND m >= 4            THEN '重要保持'
            WHEN r >= 4 AND f = 1             THEN '新客'
            WHEN r = 1  AND f <= 2            THEN '流失'
            WHEN coupon_share > 0.4           THEN '价格敏感'
            ELSE '一般'
        END AS segment
    FROM scored s
),
moved AS (
    SELECT
        n.*,
        p.segment AS segment_before,
        p.r       AS r_before
    FROM named n
    LEFT JOIN mart.member_rfm_week p
      ON  p.member_id = n.member_id
      AND p.week_end = date '${week_end}' - 7
)
SELECT
    date '${week_end}',
    member_id,
    region_code,
    level_code,
    r, f, m,
    r * 100 + f * 10 + m                                         AS rfm_code,
    segment,
    segment_before,
    CASE
        WHEN segment_before IS NULL        THEN 'entered'
        WHEN segment_before = segment      THEN 'stayed'
        WHEN r < r_before                  THEN 'cooling'
        ELSE 'moved'
    END                                                          AS movement,
    round(spend_90d / nullif(spend_365d / 4.0, 0), 3)            AS spend_trend,
    categories,
    now()
FROM moved;

-- One page for marketing: how the segments changed since last week.
DELETE FROM mart.member_segment_flow WHERE week_end = date '${week_end}';

INSERT INTO mart.member_segment_flow (week_end, from_segment, to_segment, members, spend_365d)
SELECT
    w.week_end,
    coalesce(w.segment_before, '(none)'),
    w.segment,
    count(*),
    sum(b.spend_365d)
FROM mart.member_rfm_week w
JOIN work.rfm_base b USING (member_id)
WHERE w.week_end = date '${week_end}'
GROUP BY 1, 2, 3;

DROP TABLE work.rfm_base;
