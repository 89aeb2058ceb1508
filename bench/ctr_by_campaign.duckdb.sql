-- jobs/ctr_by_campaign.sql for DuckDB, in its own best words: the same answer from the same files.
--
-- The job's shape is kept (join, one row per impression, totals per campaign and minute), only the columns that it
-- uses are declared, and rounding is done in integers because DuckDB divides DECIMALs as DOUBLEs. Rewriting the join
-- as EXISTS, or joining the distinct rows only, was no faster. There is no watermark here: DuckDB answers when
-- everything has been read, so the events are made without late ones, which the streaming engines would drop.
COPY (
  WITH impressions AS (
    SELECT impression_id, campaign_id, cost, event_timestamp AS ts
    FROM read_json('data/topics/ad_impressions/*.jsonl', format = 'newline_delimited', ignore_errors = true,
      columns = {impression_id: 'VARCHAR', campaign_id: 'VARCHAR', event_timestamp: 'BIGINT', cost: 'DECIMAL(12, 6)'})
    WHERE event_timestamp IS NOT NULL AND impression_id IS NOT NULL AND campaign_id IS NOT NULL
  ),
  clicks AS (
    SELECT impression_id, event_timestamp AS ts
    FROM read_json('data/topics/ad_clicks/*.jsonl', format = 'newline_delimited', ignore_errors = true,
      columns = {click_id: 'VARCHAR', impression_id: 'VARCHAR', event_timestamp: 'BIGINT'})
    WHERE click_id IS NOT NULL
  ),
  distinct_impressions AS (
    SELECT i.ts // 60000 AS minute, i.impression_id, MIN(i.campaign_id) AS campaign_id, MIN(i.cost) AS cost,
      COUNT(c.ts) > 0 AS is_clicked
    FROM impressions AS i
    LEFT JOIN clicks AS c
      ON c.impression_id = i.impression_id AND c.ts BETWEEN i.ts AND i.ts + 600000
    GROUP BY ALL
  ),
  totals AS (
    SELECT minute, campaign_id, COUNT(*) AS impressions, COUNT(*) FILTER (is_clicked) AS clicks,
      CAST(SUM(cost) * 1000000 AS BIGINT) AS spend_micros
    FROM distinct_impressions
    GROUP BY ALL
  )
  SELECT strftime(make_timestamp(minute * 60000000), '%Y-%m-%d %H:%M:%S') AS window_start,
    strftime(make_timestamp((minute + 1) * 60000000), '%Y-%m-%d %H:%M:%S') AS window_end,
    campaign_id, impressions, clicks,
    clicks / impressions AS ctr,
    spend_micros / 1000000 AS spend,
    (2000 * spend_micros + impressions) // (2 * impressions) / 1000000 AS ecpm,
    (2 * spend_micros + clicks) // (2 * nullif(clicks, 0)) / 1000000 AS cost_per_click
  FROM totals
) TO 'duckdb.jsonl' (FORMAT json);
