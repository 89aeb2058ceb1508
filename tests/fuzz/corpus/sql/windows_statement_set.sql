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

CREATE TABLE by_key (window_start TIMESTAMP(3), k STRING, n BIGINT)
WITH ('connector' = 'filesystem', 'path' = '${dir}/by_key', 'format' = 'json');
CREATE TABLE totals (window_start TIMESTAMP(3), window_end TIMESTAMP(3), n BIGINT, m DECIMAL(38, 2))
WITH ('connector' = 'filesystem', 'path' = '${dir}/totals', 'format' = 'json');

EXECUTE STATEMENT SET BEGIN
  INSERT INTO by_key SELECT window_start, k, COUNT(*) FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY window_start, window_end, k;
  INSERT INTO totals SELECT window_start, window_end, COUNT(*), SUM(m) FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY window_start, window_end;
END;
