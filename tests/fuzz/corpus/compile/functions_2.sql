SELECT TRANSLATE(s, 'Grü', 'gR'),
  IS_ALPHA(''),
  IS_DECIMAL('1e5'),
  INSTR('hello', 'l', 1, 3),
  CONCAT_WS(',', s),
  LTRIM(s, ''),
  HEX(''),
  TO_BASE64('a')
FROM v;
