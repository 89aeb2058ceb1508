-- What is each campaign's click-through rate?
--
-- Cohort meaning: a click counts in the minute of the impression that earned it, within an
-- attribution window of 10 minutes. A minute's row is final, and appears when no click can
-- belong to it any more: 10 minutes after the minute. This is what billing wants; for a
-- number that is seconds old see ctr_by_campaign_live.sql.
--
-- An impression counts once, however often it is delivered, and so does a click on it: a
-- second click on the same impression changes nothing. A click without an impression, or
-- later than 10 minutes, does not count.
--
-- Reads ad_impressions and ad_clicks; writes one row per campaign and minute:
--   window_start, window_end  the minute of the impressions
--   campaign_id
--   impressions               distinct impressions shown
--   clicks                    of these, clicked on
--   ctr                       clicks / impressions
--   spend                     sum of the impressions' cost, in dollars
--   ecpm                      spend per 1,000 impressions
--   cost_per_click            spend / clicks; NULL without clicks
INSERT INTO ctr_by_campaign
WITH clicked_impressions AS (
  SELECT i.impression_id, i.campaign_id, i.cost, i.ts, c.click_id
  FROM ad_impressions AS i
  LEFT JOIN ad_clicks AS c
    ON c.impression_id = i.impression_id
   AND c.ts BETWEEN i.ts AND i.ts + INTERVAL '10' MINUTE
  WHERE i.event_timestamp IS NOT NULL AND i.impression_id IS NOT NULL AND i.campaign_id IS NOT NULL
),
distinct_impressions AS (
  SELECT window_start, window_end, impression_id,
    MIN(campaign_id) AS campaign_id,
    MIN(cost) AS cost,
    COUNT(click_id) > 0 AS is_clicked
  FROM TABLE(TUMBLE(TABLE clicked_impressions, DESCRIPTOR(ts), INTERVAL '1' MINUTE))
  GROUP BY window_start, window_end, impression_id
)
SELECT window_start, window_end, campaign_id, impressions, clicks,
  CAST(clicks AS DOUBLE) / impressions AS ctr,
  CAST(spend AS DECIMAL(18, 6)) AS spend,
  CAST(spend * 1000 / impressions AS DECIMAL(18, 6)) AS ecpm,
  CAST(spend / NULLIF(clicks, 0) AS DECIMAL(18, 6)) AS cost_per_click
FROM (
  SELECT window_start, window_end, campaign_id,
    COUNT(*) AS impressions,
    COUNT(*) FILTER (WHERE is_clicked) AS clicks,
    SUM(cost) AS spend
  FROM distinct_impressions
  GROUP BY window_start, window_end, campaign_id
);
