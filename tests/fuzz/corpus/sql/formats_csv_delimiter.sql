CREATE TABLE t (s STRING, n INT, m DECIMAL(10, 2))
WITH ('connector' = 'filesystem', 'path' = '${dir}/t.csv', 'format' = 'csv', 'csv.field-delimiter' = ';');

SELECT * FROM t;
