SELECT SPLIT_INDEX('', ',', 0),
  ASCII('é'),
  s LIKE 'Gr%',
  '' LIKE '%',
  'a%b' LIKE 'a\%b',
  'axb' LIKE 'a.b',
  s SIMILAR TO 'G(r|x)%',
  STARTSWITH(s, '')
FROM v;
