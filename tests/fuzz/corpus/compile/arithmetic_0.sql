SELECT i + 1,
  i % -4,
  b / i,
  -i,
  -d / 0,
  CAST(2147483647 AS INT) * i,
  CAST(i AS SMALLINT) * CAST(i AS SMALLINT),
  ni * b
FROM v;
