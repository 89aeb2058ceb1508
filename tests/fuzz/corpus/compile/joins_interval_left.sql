SELECT l.id, r.id, l.ts, r.ts
FROM l LEFT JOIN r ON l.k = r.k AND r.ts BETWEEN l.ts AND l.ts + INTERVAL '10' MINUTE;
