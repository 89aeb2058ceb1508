CREATE VIEW joined AS
SELECT l.id, r.ts AS right_time
FROM l JOIN r ON l.k = r.k AND r.ts BETWEEN l.ts AND l.ts + INTERVAL '10' MINUTE;
SELECT window_start, COUNT(*)
FROM TABLE(TUMBLE(TABLE joined, DESCRIPTOR(right_time), INTERVAL '1' MINUTE))
GROUP BY window_start, window_end;
