-- The table that the expressions (*.tsv) of this folder refer to: one row, a
-- column of each type, so that what is tested is evaluated and not folded.
CREATE TABLE v (
  i INT,
  b BIGINT,
  d DOUBLE,
  `dec` DECIMAL(10, 2),
  dec38 DECIMAL(38, 10),
  s STRING,
  t BOOLEAN,
  ts TIMESTAMP(3),
  ltz TIMESTAMP_LTZ(3),
  ni INT,
  ns STRING,
  nd DECIMAL(10, 2),
  nts TIMESTAMP(3)
) WITH (
  'connector' = 'filesystem',
  'path' = '${dir}/v.json',
  'format' = 'json'
);
