WITH a AS (SELECT id, i FROM t WHERE i IS NOT NULL),
b AS (SELECT id, i * 2 AS n FROM a WHERE i > 0)
SELECT 'a', id, i FROM a
UNION ALL
SELECT 'b', id, n FROM b
UNION ALL
SELECT 'b again', id, n FROM b WHERE n > 4;
