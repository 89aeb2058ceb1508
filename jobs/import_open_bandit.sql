-- A real ad log as ad events: the small Open Bandit Dataset, which six campaigns of the fashion
-- shop ZOZOTOWN left behind in a week of November 2019. `make run-real` fetches and imports it.
--
-- Credit: Open Bandit Dataset by ZOZO, Inc., https://research.zozo.com/data.html, CC BY 4.0.
-- See Saito, Aihara, Matsutani, Narita: Open Bandit Dataset and Pipeline (2021).
--
-- Reads the six logs open_bandit_*, 10,000 impressions each; writes ad_impressions, and an
-- ad_clicks event for every impression that was clicked on (42, 69 and 46 for bts-all, bts-men and
-- bts-women, 38, 46 and 46 for random-*).
--
-- Real, as in the log:
--   event_timestamp of an impression, cut to milliseconds
--   campaign_id     how ads were chosen (bts: Bernoulli Thompson sampling, or at random) and for whom
--   ad_id           the item that was shown
--   device_type     NOT a device, the log has none: where on the page the item was shown
--   whether an impression was clicked on
-- Derived:
--   impression_id, click_id  campaign and row number: the log has no names for events
--   user_id         from the four anonymous features of a user: people who are alike share one
--   event_timestamp of a click: a second after its impression, since the log does not tell.
--                   So times to click mean nothing here
-- Invented or missing:
--   cost            a tenth of a cent for each impression
--   browser         NULL
CREATE TEMPORARY VIEW open_bandit_log AS
SELECT 'bts-all' AS campaign_id, * FROM open_bandit_bts_all
UNION ALL
SELECT 'bts-men', * FROM open_bandit_bts_men
UNION ALL
SELECT 'bts-women', * FROM open_bandit_bts_women
UNION ALL
SELECT 'random-all', * FROM open_bandit_random_all
UNION ALL
SELECT 'random-men', * FROM open_bandit_random_men
UNION ALL
SELECT 'random-women', * FROM open_bandit_random_women;

-- One log of all, in the order of time, so that no event is late. UNION ALL takes rows as they
-- come, but OVER gives them in the order of their time; the count itself says nothing, and is used
-- only so that it is not optimized away.
CREATE TEMPORARY VIEW open_bandit_in_order AS
SELECT *, COUNT(*) OVER (ORDER BY ts RANGE BETWEEN INTERVAL '1' SECOND PRECEDING AND CURRENT ROW) AS n_at_once
FROM open_bandit_log;

CREATE TEMPORARY VIEW open_bandit_events AS
SELECT
  campaign_id || '-' || CAST(log_row AS STRING) AS impression_id,
  SUBSTRING(user_feature_0, 1, 8) || SUBSTRING(user_feature_1, 1, 8)
    || SUBSTRING(user_feature_2, 1, 8) || SUBSTRING(user_feature_3, 1, 8) AS user_id,
  campaign_id,
  'item-' || CAST(item_id AS STRING) AS ad_id,
  CASE item_position WHEN 1 THEN 'left' WHEN 2 THEN 'center' WHEN 3 THEN 'right' END AS place,
  CAST(TIMESTAMPDIFF(SECOND, TIMESTAMP '1970-01-01 00:00:00', ts) AS BIGINT) * 1000
    + EXTRACT(MILLISECOND FROM ts) AS shown_ms,
  is_click = 1 AS is_clicked
FROM open_bandit_in_order
WHERE n_at_once > 0;

EXECUTE STATEMENT SET
BEGIN
  INSERT INTO ad_impressions (impression_id, user_id, campaign_id, ad_id, device_type, event_timestamp, cost)
  SELECT impression_id, user_id, campaign_id, ad_id, place, shown_ms, CAST(0.001 AS DECIMAL(12, 6))
  FROM open_bandit_events;

  INSERT INTO ad_clicks (click_id, impression_id, user_id, event_timestamp)
  SELECT impression_id || '-click', impression_id, user_id, shown_ms + 1000
  FROM open_bandit_events
  WHERE is_clicked;
END;
