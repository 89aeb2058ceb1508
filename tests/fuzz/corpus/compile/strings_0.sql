SELECT UPPER(s),
  TRIM(BOTH FROM '  a  '),
  LTRIM('  a ') || '|',
  SUBSTRING(s FROM 3 FOR 2),
  SUBSTRING(s, -3, 2),
  SUBSTRING(ns, 1),
  POSITION(ns IN s),
  INSTR('hello', 'l')
FROM v;
