SELECT i.impression_id, c.click_id, (c.`at` - i.`at`) / 1000.0
FROM impressions AS i
JOIN clicks AS c
  ON i.impression_id = c.impression_id AND c.ts BETWEEN i.ts AND i.ts + INTERVAL '10' MINUTE;
