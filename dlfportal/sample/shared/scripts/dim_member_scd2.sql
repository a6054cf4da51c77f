-- Member dimension with history (slowly changing dimension, type 2), Spark SQL on Hudi.
-- Tracked: level, home store, city, marketing consent.  Overwritten: nickname, phone mask.

CREATE OR REPLACE TEMPORARY VIEW member_today AS
SELECT
  member_id,
  nickname,
  CONCAT(SUBSTR(mobile, 1, 3), '****', SUBSTR(mobile, -4)) AS phone_mask,
  UPPER(level_code)                                        AS level_code,
  home_store_code,
  city_code,
  CASE WHEN consent_flag IN ('1', 'Y', 'y') THEN 1 ELSE 0 END AS has_consent,
  registered_at,
  source_updated_at
FROM (
  SELECT
    GET_JSON_OBJECT(payload, '$.member_id')       AS member_id,
    GET_JSON_OBJECT(payload, '$.nick_name')       AS nickname,
    GET_JSON_OBJECT(payload, '$.mobile')          AS mobile,
    GET_JSON_OBJECT(payload, '$.level')           AS level_code,
    GET_JSON_OBJECT(payload, '$.home_store')      AS home_store_code,
    GET_JSON_OBJECT(payload, '$.city')            AS city_code,
    GET_JSON_OBJECT(payload, '$.marketing_ok')    AS consent_flag,
    GET_JSON_OBJECT(payload, '$.created')         AS registered_at,
    source_updated_at,
    ROW_NUMBER() OVER (PARTITION BY source_pk ORDER BY source_updated_at DESC) AS newest
  FROM retail_ods.ods_member
  WHERE dt = '${biz_date}'
    AND op_type <> 'D'
) latest
WHERE newest = 1;

-- What differs is decided by one hash, so that adding a tracked column is one change.
CREATE OR REPLACE TEMPORARY VIEW member_hashed AS
SELECT
  t.*,
  MD5(CONCAT_WS('|', level_code, home_store_code, city_code, has_consent)) AS tracked_hash
FROM member_today t;

CREATE OR REPLACE TEMPORARY VIEW member_delta AS
SELECT
  n.*,
  o.member_sk    AS old_sk,
  CASE
    WHEN o.member_sk IS NULL                   THEN 'NEW'
    WHEN o.tracked_hash <> n.tracked_hash      THEN 'CHANGED'
    WHEN o.nickname <> n.nickname
      OR o.phone_mask <> n.phone_mask          THEN 'TOUCHED'
    ELSE 'SAME'
  END AS verdict
FROM member_hashed n
LEFT JOIN retail_dim.dim_member o
  ON  o.member_id = n.member_id
  AND o.is_current = 1;

-- Close the old version and open the new one in a single merge. A changed member comes twice:
-- once with its key to close, once with a null key so that it never matches and is inserted.
MERGE INTO retail_dim.dim_member AS target
USING (
  SELECT old_sk AS merge_key, d.* FROM member_delta d WHERE verdict IN ('CHANGED', 'TOUCHED')
  UNION ALL
  SELECT CAST(NULL AS STRING) AS merge_key, d.* FROM member_delta d WHERE verdict IN ('NEW', 'CHANGED')
) AS source
ON target.member_sk = source.merge_key
WHEN MATCHED AND source.verdict = 'CHANGED' THEN UPDATE SET
  valid_to   = DATE_SUB(TO_DATE('${biz_date}', 'yyyyMMdd'), 1),
  is_current = 0
WHEN MATCHED AND source.verdict = 'TOUCHED' THEN UPDATE SET
  nickname   = source.nickname,
  phone_mask = source.phone_mask
WHEN NOT MATCHED THEN INSERT (
  member_sk, member_id, nickname, phone_mask, level_code, home_store_code, city_code,
  has_consent, registered_at, tracked_hash, valid_from, valid_to, is_current
) VALUES (
  CONCAT(source.member_id, '-', '${biz_date}'),
  source.member_id,
  source.nickname,
  source.phone_mask,
  source.level_code,
  source.home_store_code,
  source.city_code,
  source.has_consent,
  source.registered_at,
  source.tracked_hash,
  TO_DATE('${biz_date}', 'yyyyMMdd'),
  DATE '9999-12-31',
  1
);

-- Deleted accounts: personal fields go at once, the history of anonymous facts stays.
UPDATE retail_dim.dim_member
SET nickname = NULL, phone_mask = NULL, has_consent = 0
WHERE member_id IN (
  SELECT source_pk
  FROM retail_ods.ods_member
  WHERE dt = '${biz_date}' AND op_type = 'D'
);
