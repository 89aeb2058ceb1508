SELECT a + b * c - d / e % f || g;
SELECT a - (b - c), (a - b) - c, (a + b) * c;
SELECT -a, +a, - -a, -(-a), -(a + b), a - -b, a * -1;
SELECT NOT a, NOT NOT a, NOT (a AND b), (NOT a) = b, NOT a = b;
