SELECT REGEXP(s, '[0-9]+'),
  REGEXP(s, '(?i)GR'),
  REGEXP_REPLACE('aaa', 'a', ''),
  REGEXP_EXTRACT(s, '(\d)(\d)'),
  REGEXP_EXTRACT('campaign=42&ad=7', 'ad=(\d+)', 1)
FROM v;
