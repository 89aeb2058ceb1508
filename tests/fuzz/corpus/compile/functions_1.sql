SELECT REGEXP_REPLACE('aaa', 'a*', 'x'),
  REGEXP_EXTRACT(s, 'ü', -1),
  REGEXP_INSTR(s, '1'),
  REPLACE('', 'a', 'x'),
  RPAD('a😀b', 7, '😀'),
  OVERLAY(s PLACING 'xx' FROM 2 FOR -1),
  SPLIT_INDEX('abcbd', 'bc', 1),
  CHR(256)
FROM v;
