VALUES (1, 'a'), (2, 'b');
SELECT x, y, TYPEOF(x) FROM (VALUES (1, 'a'), (2, 'bc'), (3, CAST(NULL AS STRING))) AS v (x, y) WHERE x > 1;
SELECT x + 1 FROM (VALUES (1.5), (2)) AS v (x);
