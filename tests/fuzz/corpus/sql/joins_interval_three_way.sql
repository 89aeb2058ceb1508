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
CREATE TABLE m (
  k STRING,
  id INT,
  ts TIMESTAMP(3),
  WATERMARK FOR ts AS ts
) WITH ('connector' = 'filesystem', 'path' = '${dir}/m.json', 'format' = 'json');

SELECT l.id, r.id, m.id
FROM l
JOIN r ON l.k = r.k AND r.ts BETWEEN l.ts AND l.ts + INTERVAL '10' MINUTE
LEFT JOIN m ON r.id = m.id AND m.ts BETWEEN l.ts AND l.ts + INTERVAL '15' MINUTE;
