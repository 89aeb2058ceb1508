SELECT COALESCE(NULL, 1),
  NULLIF(0, 0),
  IF(t, s, 'x'),
  GREATEST(1, 2, 3),
  GREATEST(`dec`, 1),
  CAST(NULL AS INT),
  IS_DECIMAL('12.5'),
  i = 7 OR i / 0 > 1
FROM v;
