-- Applies a checked price file to the price history (Hive ACID table).
-- A file carries prices for the future; a price that is already in force is never rewritten.

SET hive.support.concurrency=true;
SET hive.txn.manager=org.apache.hadoop.hive.ql.lockmgr.DbTxnManager;

CREATE TEMPORARY TABLE price_incoming AS
SELECT
  sku_code,
  price_zone,
  CAST(new_price AS DECIMAL(10, 2))          AS new_price,
  CAST(valid_from AS DATE)                   AS valid_from,
  approved_by,
  INPUT__FILE__NAME                          AS file_name
FROM retail_ods.ods_price_file
WHERE batch_no = '${batch_no}'
  AND CAST(valid_from AS DATE) > CURRENT_DATE;

-- Two lines for one article, zone and day in the same file: the higher line number wins upstream,
-- so here the file is refused as a whole.
SELECT ASSERT_TRUE(COUNT(*) = COUNT(DISTINCT sku_code, price_zone, valid_from)) FROM price_incoming;

-- Open-ended prices end the day before the new one starts.
MERGE INTO retail_dim.dim_price AS d
USING price_incoming AS i
ON d.sku_code = i.sku_code AND d.price_zone = i.price_zone AND d.valid_to = DATE '9999-12-31'
WHEN MATCHED AND d.valid_from >= i.valid_from THEN DELETE
WHEN MATCHED AND d.price <> i.new_price THEN UPDATE SET valid_to = DATE_SUB(i.valid_from, 1);

INSERT INTO retail_dim.dim_price
SELECT
  i.sku_code,
  i.price_zone,
  i.new_price,
  i.valid_from,
  DATE '9999-12-31',
  i.approved_by,
  '${batch_no}',
  CASE
    WHEN d.price IS NULL             THEN 'FIRST'
    WHEN i.new_price > d.price * 1.3 THEN 'JUMP_UP'
    WHEN i.new_price < d.price * 0.7 THEN 'JUMP_DOWN'
    ELSE 'NORMAL'
  END
FROM price_incoming i
LEFT JOIN retail_dim.dim_price d
  ON  d.sku_code = i.sku_code
  AND d.price_zone = i.price_zone
  AND d.valid_to = DATE_SUB(i.valid_from, 1);
