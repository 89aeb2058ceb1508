SELECT id FROM (
  SELECT id * 10 AS id, k FROM (
    SELECT id + 1 AS id, k FROM (SELECT id, k FROM t WHERE id > 1) WHERE k = 'a'
  ) WHERE id > 3
) WHERE id > 1;
