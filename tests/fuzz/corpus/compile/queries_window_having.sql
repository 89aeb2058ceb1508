SELECT window_start, k, SUM(i)
FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE))
GROUP BY window_start, window_end, k
HAVING SUM(i) > 1;
SELECT window_start, k, COUNT(*)
FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE))
GROUP BY window_start, window_end, k
HAVING k = 'b' OR COUNT(i) = 0;
SELECT window_start, COUNT(*)
FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE))
GROUP BY window_start, window_end
HAVING AVG(i) < 3 AND NOT (MAX(s) = 'z');
