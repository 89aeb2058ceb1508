CREATE VIEW doubled AS SELECT ts, i * 2 AS i2 FROM t WHERE i > 0;
SELECT window_start, SUM(i2)
FROM TABLE(TUMBLE(TABLE doubled, DESCRIPTOR(ts), INTERVAL '1' MINUTE))
GROUP BY window_start, window_end;
