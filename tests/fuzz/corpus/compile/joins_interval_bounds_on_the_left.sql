SELECT l.id, r.id
FROM l JOIN r ON l.k = r.k AND l.ts >= r.ts - INTERVAL '10' MINUTE AND l.ts <= r.ts;
