SELECT window_start, k, SUM(d), AVG(d), MIN(d), MAX(d), SUM(d * 1e10)
FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE))
GROUP BY window_start, window_end, k;
