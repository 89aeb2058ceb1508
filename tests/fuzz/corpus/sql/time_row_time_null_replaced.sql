CREATE TABLE t (
  id INT,
  `at` BIGINT,
  ts AS TO_TIMESTAMP_LTZ(COALESCE(`at`, 0), 3),
  WATERMARK FOR ts AS ts
) WITH ('connector' = 'filesystem', 'path' = '${dir}/t.json', 'format' = 'json');

SELECT window_start, COUNT(*), MIN(id), MAX(id)
FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE))
GROUP BY window_start, window_end;
SELECT id, ts FROM t;
