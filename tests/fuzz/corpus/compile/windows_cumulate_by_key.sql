SELECT window_start, window_end, k, COUNT(*), COUNT(DISTINCT s)
FROM TABLE(CUMULATE(TABLE t, DESCRIPTOR(ts), INTERVAL '30' SECOND, INTERVAL '1' MINUTE))
GROUP BY window_start, window_end, k;
