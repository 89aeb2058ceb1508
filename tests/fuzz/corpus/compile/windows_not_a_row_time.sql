SELECT window_start, COUNT(*)
FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(i), INTERVAL '1' MINUTE))
GROUP BY window_start, window_end;
