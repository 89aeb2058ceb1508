CREATE VIEW shown AS
SELECT i.impression_id, i.campaign, i.cost, i.ts, c.click_id
FROM impressions AS i
LEFT JOIN clicks AS c
  ON i.impression_id = c.impression_id AND c.ts BETWEEN i.ts AND i.ts + INTERVAL '10' MINUTE;
CREATE VIEW distinct_impressions AS
SELECT window_start, window_end, impression_id,
  MIN(campaign) AS campaign, MIN(cost) AS cost, COUNT(click_id) > 0 AS clicked
FROM TABLE(TUMBLE(TABLE shown, DESCRIPTOR(ts), INTERVAL '1' MINUTE))
GROUP BY window_start, window_end, impression_id;
INSERT INTO ctr
SELECT window_start, campaign, COUNT(*), COUNT(*) FILTER (WHERE clicked),
  CAST(COUNT(*) FILTER (WHERE clicked) AS DOUBLE) / COUNT(*),
  SUM(cost), SUM(cost) * 1000 / COUNT(*), SUM(cost) / NULLIF(COUNT(*) FILTER (WHERE clicked), 0)
FROM distinct_impressions
GROUP BY window_start, window_end, campaign;
