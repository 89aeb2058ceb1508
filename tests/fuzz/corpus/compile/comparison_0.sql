SELECT i = 7,
  i = b,
  ni = ni,
  i IS NOT DISTINCT FROM 7,
  'a' = 'a ',
  t = TRUE,
  ltz > TO_TIMESTAMP_LTZ(0, 3),
  i BETWEEN ni AND 5
FROM v;
