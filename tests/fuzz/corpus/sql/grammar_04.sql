SELECT a OR b AND c OR d, (a OR b) AND c;
SELECT a = b, a <> b, a < b, a <= b, a > b, a >= b, a = (b = c), (a = b) = c;
SELECT a IS NULL, a IS NOT NULL, a IS TRUE, a IS NOT TRUE, a IS FALSE, a IS NOT FALSE, a IS UNKNOWN, a IS NOT UNKNOWN;
SELECT a = b IS NULL, a = (b IS NULL), NOT a IS NULL, a IS NULL IS TRUE;
