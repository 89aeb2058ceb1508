-- What is each campaign's click-through rate right now?
--
-- Live meaning: a click counts in the minute in which it happened, whenever its impression
-- was shown. A minute's row appears seconds after the minute ends (as soon as the watermark
-- passes), which is what a dashboard wants; a campaign that stops showing ads can have more
-- clicks than impressions in a minute. For the final, billable number see ctr_by_campaign.sql.
--
-- A click names only its impression, so its campaign is looked up in the 10 minutes before
-- it. That is an OVER window and not a join on purpose: an interval join would hold the
-- watermark back by these 10 minutes, and with it every result.
--
-- Reads ad_impressions and ad_clicks; writes one row per campaign and minute:
--   window_start, window_end  the minute of the events
--   campaign_id
--   impressions               distinct impressions shown in this minute
--   clicks                    distinct impressions clicked on in this minute
--   ctr                       clicks / impressions; NULL without impressions
INSERT INTO ctr_by_campaign_live
WITH events AS (
  SELECT ts, impression_id, campaign_id, FALSE AS is_click
  FROM ad_impressions
  WHERE event_timestamp IS NOT NULL AND impression_id IS NOT NULL AND campaign_id IS NOT NULL
  UNION ALL
  SELECT ts, impression_id, CAST(NULL AS STRING), TRUE
  FROM ad_clicks
  WHERE event_timestamp IS NOT NULL AND impression_id IS NOT NULL
),
attributed_events AS (
  SELECT ts, impression_id, is_click,
    MAX(campaign_id) OVER (
      PARTITION BY impression_id ORDER BY ts
      RANGE BETWEEN INTERVAL '10' MINUTE PRECEDING AND CURRENT ROW
    ) AS campaign_id
  FROM events
)
SELECT window_start, window_end, campaign_id, impressions, clicks,
  CAST(clicks AS DOUBLE) / NULLIF(impressions, 0) AS ctr
FROM (
  SELECT window_start, window_end, campaign_id,
    COUNT(DISTINCT impression_id) FILTER (WHERE NOT is_click) AS impressions,
    COUNT(DISTINCT impression_id) FILTER (WHERE is_click) AS clicks
  FROM TABLE(TUMBLE(TABLE attributed_events, DESCRIPTOR(ts), INTERVAL '1' MINUTE))
  WHERE campaign_id IS NOT NULL
  GROUP BY window_start, window_end, campaign_id
);
