SELECT i = 8 AND i / 0 > 1,
  i IN (NULL, 7),
  s LIKE '%ü%e%',
  U&'a\000Ab' LIKE 'a_b',
  s LIKE s,
  'abbc' SIMILAR TO 'ab{2}c',
  REGEXP(s, '\brü'),
  REGEXP(s, '\p{Lu}')
FROM v;
