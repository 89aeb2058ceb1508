SELECT CHAR_LENGTH(ns),
  CONCAT_WS('-', 'a', 'b', 'c'),
  'a' || 'b' || 'c',
  REPLACE(s, ns, 'x'),
  RPAD(ns, 5, 'x'),
  RIGHT(s, 0),
  REVERSE('a😀b'),
  OVERLAY('abcdef' PLACING '' FROM 2 FOR 2)
FROM v;
