-- The tables of the ad jobs, over folders of files: a topic is a folder of JSON-lines
-- segments under data/topics, a job's results are the part-* files of a folder under
-- data/results. Paths are relative to the folder in which the engine was started.
-- jobs/tables/kafka.sql declares the same names over Kafka topics; a job file never
-- names a connector.
--
-- Malformed lines are skipped and fields of a wrong type become NULL
-- (json.ignore-parse-errors). Flink fails a job whose row time is NULL, so an event
-- without a usable event_timestamp gets the epoch, and every job leaves it out.
-- weir counts what it skips and keeps it in the folder named here; Flink takes the
-- key without knowing it.
SET 'weir.dead-letter.path' = 'data/dead_letters';

-- An ad was shown. Events arrive up to 5 seconds out of order; what is later than its
-- window is dropped (weir counts it).
CREATE TABLE ad_impressions (
  impression_id   STRING COMMENT 'unique; an event that is delivered twice has the same one',
  user_id         STRING,
  campaign_id     STRING,
  ad_id           STRING,
  device_type     STRING COMMENT 'mobile, desktop, tablet, ctv',
  browser         STRING,
  event_timestamp BIGINT COMMENT 'when it was shown, in milliseconds since the epoch',
  cost            DECIMAL(12, 6) COMMENT 'what the advertiser pays for this impression, in dollars',
  ts AS TO_TIMESTAMP_LTZ(COALESCE(event_timestamp, 0), 3),
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
) WITH (
  'connector' = 'filesystem',
  'path' = 'data/topics/ad_impressions',
  'format' = 'json',
  'json.ignore-parse-errors' = 'true'
);

-- Somebody clicked on an impression.
CREATE TABLE ad_clicks (
  click_id        STRING COMMENT 'unique; an event that is delivered twice has the same one',
  impression_id   STRING COMMENT 'the impression that was clicked on',
  user_id         STRING,
  event_timestamp BIGINT COMMENT 'when it was clicked, in milliseconds since the epoch',
  ts AS TO_TIMESTAMP_LTZ(COALESCE(event_timestamp, 0), 3),
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
) WITH (
  'connector' = 'filesystem',
  'path' = 'data/topics/ad_clicks',
  'format' = 'json',
  'json.ignore-parse-errors' = 'true'
);

-- Results of jobs/ctr_by_campaign.sql.
CREATE TABLE ctr_by_campaign (
  window_start   TIMESTAMP(3) COMMENT 'the minute in which the impressions were shown',
  window_end     TIMESTAMP(3),
  campaign_id    STRING,
  impressions    BIGINT COMMENT 'distinct impressions',
  clicks         BIGINT COMMENT 'cohort: of these impressions, those clicked on within 10 minutes',
  ctr            DOUBLE COMMENT 'cohort: clicks / impressions',
  spend          DECIMAL(18, 6) COMMENT 'dollars',
  ecpm           DECIMAL(18, 6) COMMENT 'dollars per 1,000 impressions',
  cost_per_click DECIMAL(18, 6) COMMENT 'cohort: dollars per click; NULL without clicks'
) WITH (
  'connector' = 'filesystem',
  'path' = 'data/results/ctr_by_campaign',
  'format' = 'json',
  'json.encode.decimal-as-plain-number' = 'true'
);

-- Results of jobs/ctr_by_campaign_live.sql.
CREATE TABLE ctr_by_campaign_live (
  window_start TIMESTAMP(3) COMMENT 'the minute in which the events happened',
  window_end   TIMESTAMP(3),
  campaign_id  STRING,
  impressions  BIGINT COMMENT 'distinct impressions shown in this minute',
  clicks       BIGINT COMMENT 'live: distinct impressions clicked on in this minute, whenever shown',
  ctr          DOUBLE COMMENT 'live: clicks / impressions; NULL without impressions'
) WITH (
  'connector' = 'filesystem',
  'path' = 'data/results/ctr_by_campaign_live',
  'format' = 'json'
);

-- Results of jobs/engagement_by_device.sql.
CREATE TABLE engagement_by_device (
  window_start          TIMESTAMP(3) COMMENT 'the minute in which the impressions were shown',
  window_end            TIMESTAMP(3),
  device_type           STRING,
  impressions           BIGINT COMMENT 'distinct impressions',
  clicks                BIGINT COMMENT 'cohort: of these impressions, those clicked on within 10 minutes',
  unique_users          BIGINT COMMENT 'users who saw an impression',
  unique_clickers       BIGINT COMMENT 'cohort: users whose impression was clicked on',
  clicks_per_clicker    DOUBLE COMMENT 'cohort: NULL without clicks',
  ctr                   DOUBLE COMMENT 'cohort: clicks / impressions',
  mean_seconds_to_click DOUBLE COMMENT 'from an impression to its first click; NULL without clicks',
  max_seconds_to_click  DOUBLE,
  spend                 DECIMAL(18, 6) COMMENT 'dollars'
) WITH (
  'connector' = 'filesystem',
  'path' = 'data/results/engagement_by_device',
  'format' = 'json',
  'json.encode.decimal-as-plain-number' = 'true'
);

-- The six logs of the small Open Bandit Dataset (jobs/import_open_bandit.sql): the first ten
-- columns of obp/dataset/obd/POLICY/CAMPAIGN/CAMPAIGN.csv without the header, as
-- tools/run_real.sh unpacks them.
CREATE TABLE open_bandit_bts_all (
  log_row        BIGINT,
  shown_at       STRING COMMENT 'UTC: 2019-11-24 00:00:17.004101+00:00',
  item_id        BIGINT,
  item_position  INT COMMENT '1, 2, 3: left, center, right',
  is_click       INT COMMENT '1: clicked on',
  propensity     DOUBLE COMMENT 'how likely this item was to be shown here',
  user_feature_0 STRING,
  user_feature_1 STRING,
  user_feature_2 STRING,
  user_feature_3 STRING,
  ts AS CAST(SUBSTRING(shown_at, 1, 23) AS TIMESTAMP(3)),
  WATERMARK FOR ts AS ts - INTERVAL '1' SECOND
) WITH (
  'connector' = 'filesystem',
  'path' = 'data/open_bandit/bts_all.csv',
  'format' = 'csv'
);

CREATE TABLE open_bandit_bts_men (
  log_row        BIGINT,
  shown_at       STRING COMMENT 'UTC: 2019-11-24 00:00:17.004101+00:00',
  item_id        BIGINT,
  item_position  INT COMMENT '1, 2, 3: left, center, right',
  is_click       INT COMMENT '1: clicked on',
  propensity     DOUBLE COMMENT 'how likely this item was to be shown here',
  user_feature_0 STRING,
  user_feature_1 STRING,
  user_feature_2 STRING,
  user_feature_3 STRING,
  ts AS CAST(SUBSTRING(shown_at, 1, 23) AS TIMESTAMP(3)),
  WATERMARK FOR ts AS ts - INTERVAL '1' SECOND
) WITH (
  'connector' = 'filesystem',
  'path' = 'data/open_bandit/bts_men.csv',
  'format' = 'csv'
);

CREATE TABLE open_bandit_bts_women (
  log_row        BIGINT,
  shown_at       STRING COMMENT 'UTC: 2019-11-24 00:00:17.004101+00:00',
  item_id        BIGINT,
  item_position  INT COMMENT '1, 2, 3: left, center, right',
  is_click       INT COMMENT '1: clicked on',
  propensity     DOUBLE COMMENT 'how likely this item was to be shown here',
  user_feature_0 STRING,
  user_feature_1 STRING,
  user_feature_2 STRING,
  user_feature_3 STRING,
  ts AS CAST(SUBSTRING(shown_at, 1, 23) AS TIMESTAMP(3)),
  WATERMARK FOR ts AS ts - INTERVAL '1' SECOND
) WITH (
  'connector' = 'filesystem',
  'path' = 'data/open_bandit/bts_women.csv',
  'format' = 'csv'
);

CREATE TABLE open_bandit_random_all (
  log_row        BIGINT,
  shown_at       STRING COMMENT 'UTC: 2019-11-24 00:00:17.004101+00:00',
  item_id        BIGINT,
  item_position  INT COMMENT '1, 2, 3: left, center, right',
  is_click       INT COMMENT '1: clicked on',
  propensity     DOUBLE COMMENT 'how likely this item was to be shown here',
  user_feature_0 STRING,
  user_feature_1 STRING,
  user_feature_2 STRING,
  user_feature_3 STRING,
  ts AS CAST(SUBSTRING(shown_at, 1, 23) AS TIMESTAMP(3)),
  WATERMARK FOR ts AS ts - INTERVAL '1' SECOND
) WITH (
  'connector' = 'filesystem',
  'path' = 'data/open_bandit/random_all.csv',
  'format' = 'csv'
);

CREATE TABLE open_bandit_random_men (
  log_row        BIGINT,
  shown_at       STRING COMMENT 'UTC: 2019-11-24 00:00:17.004101+00:00',
  item_id        BIGINT,
  item_position  INT COMMENT '1, 2, 3: left, center, right',
  is_click       INT COMMENT '1: clicked on',
  propensity     DOUBLE COMMENT 'how likely this item was to be shown here',
  user_feature_0 STRING,
  user_feature_1 STRING,
  user_feature_2 STRING,
  user_feature_3 STRING,
  ts AS CAST(SUBSTRING(shown_at, 1, 23) AS TIMESTAMP(3)),
  WATERMARK FOR ts AS ts - INTERVAL '1' SECOND
) WITH (
  'connector' = 'filesystem',
  'path' = 'data/open_bandit/random_men.csv',
  'format' = 'csv'
);

CREATE TABLE open_bandit_random_women (
  log_row        BIGINT,
  shown_at       STRING COMMENT 'UTC: 2019-11-24 00:00:17.004101+00:00',
  item_id        BIGINT,
  item_position  INT COMMENT '1, 2, 3: left, center, right',
  is_click       INT COMMENT '1: clicked on',
  propensity     DOUBLE COMMENT 'how likely this item was to be shown here',
  user_feature_0 STRING,
  user_feature_1 STRING,
  user_feature_2 STRING,
  user_feature_3 STRING,
  ts AS CAST(SUBSTRING(shown_at, 1, 23) AS TIMESTAMP(3)),
  WATERMARK FOR ts AS ts - INTERVAL '1' SECOND
) WITH (
  'connector' = 'filesystem',
  'path' = 'data/open_bandit/random_women.csv',
  'format' = 'csv'
);
