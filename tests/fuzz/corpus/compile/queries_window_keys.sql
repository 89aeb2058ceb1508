SELECT window_start, UPPER(k), i > 1, CONCAT(UPPER(k), '!'), COUNT(*)
FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE))
GROUP BY window_start, window_end, UPPER(k), i > 1;
