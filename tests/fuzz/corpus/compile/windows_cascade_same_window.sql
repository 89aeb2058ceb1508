SELECT window_start, MAX(n), SUM(n), COUNT(*)
FROM (
  SELECT window_start, window_end, k, COUNT(*) AS n
  FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE))
  GROUP BY window_start, window_end, k
)
GROUP BY window_start, window_end;
