-- Refunds arrive from three places: app, store till, customer service. The same refund may come from all.
-- Order of trust: till > service > app. Amounts that disagree go to the dispute table.

FROM (
  SELECT
    r.refund_no,
    r.order_no,
    r.channel,
    r.refund_amount,
    r.reason_code,
    r.refunded_at,
    DENSE_RANK() OVER (
      PARTITION BY r.order_no, r.line_no
      ORDER BY CASE r.channel WHEN 'TILL' THEN 1 WHEN 'SERVICE' THEN 2 ELSE 3 END, r.refunded_at
    )                                                            AS trust_rank,
    MAX(r.refund_amount) OVER (PARTITION BY r.order_no, r.line_no) AS highest_amount,
    MIN(r.refund_amount) OVER (PARTITION BY r.order_no, r.line_no) AS lowest_amount,
    r.line_no
  FROM (
    SELECT refund_no, order_no, line_no, 'APP' AS channel, amount AS refund_amount, reason_code,
           created_at AS refunded_at
    FROM retail_ods.ods_refund_app
    WHERE dt BETWEEN DATE_FORMAT(DATE_SUB(FROM_UNIXTIME(UNIX_TIMESTAMP('${biz_date}', 'yyyyMMdd')), 2), 'yyyyMMdd')
                 AND '${biz_date}'
      AND status = 'DONE'
    UNION ALL
    SELECT CONCAT('T', ticket_no), origin_ticket_no, line_no, 'TILL', ABS(line_amount), 'R' , ticket_time
    FROM retail_ods.ods_pos_ticket
    WHERE dt = '${biz_date}'
      AND ticket_type = 'RETURN'
    UNION ALL
    SELECT case_no, order_no, CAST(item_seq AS INT), 'SERVICE', agreed_amount, cause, closed_at
    FROM retail_ods.ods_service_case
    WHERE dt = '${biz_date}'
      AND outcome IN ('FULL_REFUND', 'PART_REFUND')
  ) r
) judged
INSERT OVERWRITE TABLE retail_dwd.dwd_refund PARTITION (dt = '${biz_date}')
  SELECT refund_no, order_no, line_no, channel, refund_amount, reason_code, refunded_at
  WHERE trust_rank = 1
INSERT OVERWRITE TABLE retail_dwd.dwd_refund_dispute PARTITION (dt = '${biz_date}')
  SELECT order_no, line_no, channel, refund_amount, lowest_amount, highest_amount
  WHERE highest_amount - lowest_amount > 0.01;
