SELECT window_start, k, COUNT(*), COUNT(DISTINCT s), MIN(i), MAX(s), AVG(d)
FROM TABLE(HOP(TABLE t, DESCRIPTOR(ts), INTERVAL '20' SECOND, INTERVAL '1' MINUTE))
GROUP BY window_start, window_end, k;
