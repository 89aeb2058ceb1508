CREATE TABLE l (
  k STRING,
  id INT,
  ts TIMESTAMP(3),
  WATERMARK FOR ts AS ts
) WITH ('connector' = 'filesystem', 'path' = '${dir}/l.json', 'format' = 'json');
CREATE TABLE r (
  k STRING,
  id INT,
  ts TIMESTAMP(3),
  WATERMARK FOR ts AS ts
) WITH ('connector' = 'filesystem', 'path' = '${dir}/r.json', 'format' = 'json');

SELECT l.id, r.id
FROM l, r
WHERE l.k = r.k AND r.ts BETWEEN l.ts AND l.ts + INTERVAL '10' MINUTE AND r.id > 102;
