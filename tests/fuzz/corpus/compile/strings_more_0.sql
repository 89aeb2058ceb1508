SELECT TO_BASE64(s),
  TRANSLATE('abc', 'abc', 'x'),
  JSON_VALUE('{"a": {"b": 5}}', '$.a.b')
FROM v;
