SELECT l.id, r.id
FROM l, r
WHERE l.k = r.k AND r.ts BETWEEN l.ts AND l.ts + INTERVAL '10' MINUTE AND r.id > 102;
