CREATE VIEW named AS SELECT COALESCE(k, 'nobody') AS name, i * 10 AS n, ts FROM t WHERE id <> 2;
SELECT window_start, name, SUM(n)
FROM TABLE(TUMBLE(TABLE named, DESCRIPTOR(ts), INTERVAL '2' MINUTES))
GROUP BY window_start, window_end, name;
