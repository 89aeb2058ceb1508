CREATE VIEW joined AS
SELECT * FROM l JOIN r ON l.k = r.k AND r.ts BETWEEN l.ts AND l.ts + INTERVAL '10' MINUTE;
SELECT k, id, k0, id0 FROM joined;
