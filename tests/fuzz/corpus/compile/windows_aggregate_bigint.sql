SELECT window_start, k, SUM(b), AVG(b), MIN(b), MAX(b), COUNT(b)
FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE))
GROUP BY window_start, window_end, k;
