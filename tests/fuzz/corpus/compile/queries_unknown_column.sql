SELECT id, campaign FROM t;
