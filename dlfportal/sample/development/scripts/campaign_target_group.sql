-- Spring campaign, trial: who gets the voucher, who is the control group.
-- Stratified by segment and city tier; the bucket comes from a salted hash, so that a rerun draws the same people.

CREATE OR REPLACE TEMPORARY VIEW eligible AS
SELECT
  c.member_id,
  w.segment,
  st.city_tier,
  c.level_code,
  PMOD(CONV(SUBSTR(SHA2(CONCAT('${campaign_code}', c.member_id), 256), 1, 8), 16, 10), 1000) AS bucket
FROM retail_dim.dim_member c
JOIN retail_ads.ads_member_segment_week w
  ON w.member_id = c.member_id
LEFT JOIN retail_dim.dim_store st
  ON st.store_code = c.home_store_code
WHERE c.is_current = 1
  AND c.has_consent = 1
  AND w.segment IN ('重要挽留', '重要发展', '价格敏感')
  -- nobody twice within ninety days
  AND NOT EXISTS (
    SELECT 1
    FROM retail_ads.ads_campaign_contact x
    WHERE x.member_id = c.member_id
      AND x.contacted_on > DATE_SUB(CURRENT_DATE(), 90)
  );

INSERT OVERWRITE TABLE retail_sandbox.campaign_group PARTITION (campaign_code = '${campaign_code}')
SELECT
  member_id,
  segment,
  city_tier,
  CASE
    WHEN bucket < 100 THEN 'CONTROL'
    WHEN bucket < 550 THEN 'VOUCHER_20'
    ELSE 'VOUCHER_10'
  END AS arm,
  bucket
FROM eligible;

-- Balance of the arms: every stratum should stay within two points of 10 / 45 / 45.
SELECT
  segment,
  city_tier,
  COUNT(*)                                                         AS members,
  ROUND(100 * AVG(IF(arm = 'CONTROL', 1, 0)), 1)                   AS control_percent,
  ROUND(100 * AVG(IF(arm = 'VOUCHER_20', 1, 0)), 1)                AS voucher20_percent,
  ROUND(100 * AVG(IF(arm = 'VOUCHER_10', 1, 0)), 1)                AS voucher10_percent
FROM retail_sandbox.campaign_group
WHERE campaign_code = '${campaign_code}'
GROUP BY segment, city_tier
ORDER BY members DESC;
