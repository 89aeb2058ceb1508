SELECT ABS(-i),
  FLOOR(d),
  ROUND(0.5e0),
  ROUND(b, -3),
  POWER(i, 2),
  SQRT(2e0),
  LOG10(b),
  LOG(0, 5)
FROM v;
