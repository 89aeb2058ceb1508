CREATE TABLE t (
  id INT,
  k STRING,
  i INT,
  b BIGINT,
  d DOUBLE,
  m DECIMAL(10, 2),
  s STRING,
  t BOOLEAN,
  ts TIMESTAMP(3),
  WATERMARK FOR ts AS ts
) WITH ('connector' = 'filesystem', 'path' = '${dir}/t.json', 'format' = 'json');

SELECT window_start, k, COUNT(*) FILTER (WHERE t), SUM(i) FILTER (WHERE i > 100), AVG(d) FILTER (WHERE FALSE), COUNT(DISTINCT s) FILTER (WHERE NOT t), MIN(s) FILTER (WHERE t IS NULL), MAX(i) FILTER (WHERE k = 'a' OR k IS NULL)
FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE))
GROUP BY window_start, window_end, k;
