-- Stock per store and article as of now, from the movements since the last count (MySQL on RDS).

CREATE TABLE IF NOT EXISTS store_stock_now (
  store_code   VARCHAR(16)    NOT NULL,
  sku_code     VARCHAR(32)    NOT NULL,
  on_hand      DECIMAL(12, 3) NOT NULL,
  reserved     DECIMAL(12, 3) NOT NULL DEFAULT 0,
  in_transit   DECIMAL(12, 3) NOT NULL DEFAULT 0,
  counted_at   DATETIME       NULL,
  refreshed_at DATETIME       NOT NULL,
  PRIMARY KEY (store_code, sku_code),
  KEY idx_refreshed (refreshed_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

SET @run_at = NOW();

INSERT INTO store_stock_now (store_code, sku_code, on_hand, counted_at, refreshed_at)
SELECT
  c.store_code,
  c.sku_code,
  c.counted_quantity + COALESCE(SUM(
    CASE m.direction WHEN 'IN' THEN m.quantity WHEN 'OUT' THEN -m.quantity ELSE 0 END
  ), 0),
  c.counted_at,
  @run_at
FROM stock_count_latest c
LEFT JOIN stock_movement m
  ON  m.store_code = c.store_code
  AND m.sku_code = c.sku_code
  AND m.moved_at > c.counted_at
GROUP BY c.store_code, c.sku_code, c.counted_quantity, c.counted_at
ON DUPLICATE KEY UPDATE
  on_hand = VALUES(on_hand),
  counted_at = VALUES(counted_at),
  refreshed_at = VALUES(refreshed_at);

UPDATE store_stock_now n
JOIN (
  SELECT store_code, sku_code, SUM(quantity) AS quantity
  FROM open_order_line
  WHERE state IN ('PAID', 'PICKING')
  GROUP BY store_code, sku_code
) r ON r.store_code = n.store_code AND r.sku_code = n.sku_code
SET n.reserved = r.quantity
WHERE n.refreshed_at = @run_at;

-- Articles that left the range keep a row for ninety days, the till needs the name.
DELETE FROM store_stock_now
WHERE on_hand = 0
  AND reserved = 0
  AND refreshed_at < @run_at - INTERVAL 90 DAY
LIMIT 5000;
