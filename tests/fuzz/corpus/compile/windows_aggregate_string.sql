SELECT window_start, k, MIN(s), MAX(s), COUNT(s), COUNT(DISTINCT s)
FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE))
GROUP BY window_start, window_end, k;
