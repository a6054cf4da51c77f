
-- Flattens the category tree to four fixed levels and rebuilds the product dimension.
-- The first line above is empty on purpose: the old scheduler put its settings there.

SET hive.auto.convert.join=true;
SET hive.vectorized.execution.enabled=true;

DROP TABLE IF EXISTS retail_tmp.category_path;

CREATE TABLE retail_tmp.category_path STORED AS ORC AS
SELECT
  leaf.category_id,
  CASE WHEN c3.category_id IS NOT NULL THEN c3.category_name
       WHEN c2.category_id IS NOT NULL THEN c2.category_name
       WHEN c1.category_id IS NOT NULL THEN c1.category_name
       ELSE leaf.category_name END                              AS level1_name,
  CASE WHEN c3.category_id IS NOT NULL THEN c2.category_name
       WHEN c2.category_id IS NOT NULL THEN c1.category_name
       WHEN c1.category_id IS NOT NULL THEN leaf.category_name
       END                                                      AS level2_name,
  CASE WHEN c3.category_id IS NOT NULL THEN c1.category_name
       WHEN c2.category_id IS NOT NULL THEN leaf.category_name
       END                                                      AS level3_name,
  IF(c3.category_id IS NOT NULL, leaf.category_name, NULL)      AS level4_name,
  CONCAT_WS('/', c3.category_name, c2.category_name, c1.category_name, leaf.category_name) AS full_path
FROM retail_ods.ods_category_tree leaf
LEFT JOIN retail_ods.ods_category_tree c1
  ON c1.category_id = leaf.parent_id AND c1.dt = leaf.dt
LEFT JOIN retail_ods.ods_category_tree c2
  ON c2.category_id = c1.parent_id AND c2.dt = leaf.dt
LEFT JOIN retail_ods.ods_category_tree c3
  ON c3.category_id = c2.parent_id AND c3.dt = leaf.dt
WHERE leaf.dt = '${biz_date}';

INSERT OVERWRITE TABLE retail_dim.dim_product
SELECT
  p.sku_code,
  p.spu_code,
  p.product_name,
  b.brand_name,
  NVL(c.level1_name, '未分类'),
  c.level2_name,
  c.level3_name,
  c.level4_name,
  c.full_path,
  CAST(p.list_price AS DECIMAL(10, 2)),
  CAST(p.cost_price AS DECIMAL(10, 2)),
  CASE
    WHEN p.shelf_life_days IS NULL    THEN 'none'
    WHEN p.shelf_life_days <= 3       THEN 'fresh'
    WHEN p.shelf_life_days <= 30      THEN 'short'
    ELSE 'long'
  END AS shelf_life_class,
  attr.kv['产地']      AS origin,
  attr.kv['规格']      AS pack_size,
  IF(p.off_shelf_at IS NULL, 1, 0) AS is_on_sale
FROM retail_ods.ods_product p
LEFT JOIN retail_ods.ods_brand b
  ON b.brand_id = p.brand_id AND b.dt = p.dt
LEFT JOIN retail_tmp.category_path c
  ON c.category_id = p.category_id
LATERAL VIEW OUTER EXPLODE(ARRAY(STR_TO_MAP(p.attributes, ';', ':'))) attr AS kv
WHERE p.dt = '${biz_date}';

DROP TABLE retail_tmp.category_path;
