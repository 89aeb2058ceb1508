SELECT l.id, r.id
FROM l JOIN r
  ON UPPER(l.k) = REPLACE(r.k, 'a', 'A') AND r.ts BETWEEN l.ts AND l.ts + INTERVAL '10' MINUTE;
