-- 会员积分台账（DWS）
-- 积分按先进先出使用，每笔有效期 12 个月，到期当晚清零
-- 本文件由业务同事在 Windows 上维护，换行符为 CRLF，请不要转换

-- 1. 当日新增：消费一元一分，会员日双倍，生鲜三倍
INSERT INTO loyalty.point_lot (lot_no, member_id, source_doc, points, points_left, earned_on, expires_on)
SELECT
    'E' || o.order_no || '-' || o.line_no,
    o.member_id,
    o.order_no,
    p.points,
    p.points,
    o.placed_at::date,
    (date_trunc('month', o.placed_at) + interval '13 months' - interval '1 day')::date
FROM mart.order_line o
CROSS JOIN LATERAL (
    SELECT floor(
        o.net_amount
        * CASE WHEN o.shelf_life_class = 'fresh' THEN 3 ELSE 1 END
        * CASE WHEN extract(day FROM o.placed_at) = 18 THEN 2 ELSE 1 END
    )::int AS points
) p
WHERE o.placed_at::date = to_date('${biz_date}', 'YYYYMMDD')
  AND o.member_id IS NOT NULL
  AND o.order_status = 'FINISHED'
  AND p.points > 0
  AND NOT EXISTS (
      SELECT 1 FROM loyalty.point_lot x WHERE x.lot_no = 'E' || o.order_no || '-' || o.line_no
  );

-- 2. 当日使用：用窗口累计实现先进先出
WITH spent AS (
    SELECT member_id, sum(points) AS points_spent
    FROM loyalty.point_use
    WHERE used_on = to_date('${biz_date}', 'YYYYMMDD') AND booked = false
    GROUP BY member_id
),
queue AS (
    SELECT
        l.lot_no,
        l.member_id,
        l.points_left,
        s.points_spent,
        sum(l.points_left) OVER (
            PARTITION BY l.member_id
            ORDER BY l.expires_on, l.lot_no
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS points_ahead
    FROM loyalty.point_lot l
    JOIN spent s ON s.member_id = l.member_id
    WHERE l.points_left > 0
)
UPDATE loyalty.point_lot t
SET points_left = t.points_left - least(q.points_left, q.points_spent - coalesce(q.points_ahead, 0))
FROM queue q
WHERE t.lot_no = q.lot_no
  AND q.points_spent > coalesce(q.points_ahead, 0);

UPDATE loyalty.point_use
SET booked = true
WHERE used_on = to_date('${biz_date}', 'YYYYMMDD');

-- 3. 到期清零，并记录到台账
INSERT INTO loyalty.point_journal (member_id, booked_on, kind, points)
SELECT member_id, to_date('${biz_date}', 'YYYYMMDD'), 'EXPIRE', -sum(points_left)
FROM loyalty.point_lot
WHERE expires_on = to_date('${biz_date}', 'YYYYMMDD') AND points_left > 0
GROUP BY member_id;

UPDATE loyalty.point_lot
SET points_left = 0
WHERE expires_on <= to_date('${biz_date}', 'YYYYMMDD');
