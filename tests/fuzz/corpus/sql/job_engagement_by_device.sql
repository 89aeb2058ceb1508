-- How do people on each kind of device engage with what they are shown?
--
-- Cohort meaning, as in ctr_by_campaign.sql: clicks belong to the minute of the impression
-- that earned them, within 10 minutes; an impression counts once and so does a click on it,
-- and the time to click is that of its first click.
--
-- Reads ad_impressions and ad_clicks; writes one row per device type and minute:
--   window_start, window_end  the minute of the impressions
--   device_type
--   impressions, clicks       distinct impressions shown; of these, clicked on
--   unique_users              users who saw an impression
--   unique_clickers           users whose impression was clicked on
--   clicks_per_clicker        clicks / unique_clickers; NULL without clicks
--   ctr                       clicks / impressions
--   mean_seconds_to_click     over the clicked impressions; NULL without clicks
--   max_seconds_to_click
--   spend                     sum of the impressions' cost, in dollars
INSERT INTO engagement_by_device
WITH clicked_impressions AS (
  SELECT i.impression_id, i.user_id, i.device_type, i.cost, i.ts, c.click_id,
    c.event_timestamp - i.event_timestamp AS ms_to_click
  FROM ad_impressions AS i
  LEFT JOIN ad_clicks AS c
    ON c.impression_id = i.impression_id
   AND c.ts BETWEEN i.ts AND i.ts + INTERVAL '10' MINUTE
  WHERE i.event_timestamp IS NOT NULL AND i.impression_id IS NOT NULL AND i.device_type IS NOT NULL
),
distinct_impressions AS (
  SELECT window_start, window_end, impression_id,
    MIN(device_type) AS device_type,
    MIN(user_id) AS user_id,
    MIN(cost) AS cost,
    COUNT(click_id) > 0 AS is_clicked,
    CAST(MIN(ms_to_click) AS DOUBLE) / 1000 AS seconds_to_click
  FROM TABLE(TUMBLE(TABLE clicked_impressions, DESCRIPTOR(ts), INTERVAL '1' MINUTE))
  GROUP BY window_start, window_end, impression_id
)
SELECT window_start, window_end, device_type, impressions, clicks, unique_users, unique_clickers,
  CAST(clicks AS DOUBLE) / NULLIF(unique_clickers, 0) AS clicks_per_clicker,
  CAST(clicks AS DOUBLE) / impressions AS ctr,
  mean_seconds_to_click,
  max_seconds_to_click,
  CAST(spend AS DECIMAL(18, 6)) AS spend
FROM (
  SELECT window_start, window_end, device_type,
    COUNT(*) AS impressions,
    COUNT(*) FILTER (WHERE is_clicked) AS clicks,
    COUNT(DISTINCT user_id) AS unique_users,
    COUNT(DISTINCT user_id) FILTER (WHERE is_clicked) AS unique_clickers,
    AVG(seconds_to_click) AS mean_seconds_to_click,
    MAX(seconds_to_click) AS max_seconds_to_click,
    SUM(cost) AS spend
  FROM distinct_impressions
  GROUP BY window_start, window_end, device_type
);
