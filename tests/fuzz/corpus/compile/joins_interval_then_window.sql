CREATE VIEW joined AS
SELECT l.id, l.ts AS left_time, r.id AS right_id
FROM l LEFT JOIN r ON l.k = r.k AND r.ts BETWEEN l.ts AND l.ts + INTERVAL '10' MINUTE;
SELECT window_start, COUNT(*), COUNT(right_id), MIN(id)
FROM TABLE(TUMBLE(TABLE joined, DESCRIPTOR(left_time), INTERVAL '1' MINUTE))
GROUP BY window_start, window_end;
