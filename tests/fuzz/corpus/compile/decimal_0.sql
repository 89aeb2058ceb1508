SELECT `dec`,
  `dec` / 3,
  `dec` + b,
  dec38 + dec38,
  dec38 / 3,
  1.1 + 2.22,
  123.45 - 0.450,
  CAST(`dec` AS DECIMAL(12,4))
FROM v;
