SELECT i IN (1, NULL),
  s NOT IN ('a', ns),
  CAST('NaN' AS DOUBLE) > d,
  d * CAST('NaN' AS DOUBLE) > d
FROM v;
