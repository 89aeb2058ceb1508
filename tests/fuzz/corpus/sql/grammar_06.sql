SELECT a LIKE 'x%', a NOT LIKE 'x' ESCAPE '!', a LIKE b || c, a SIMILAR TO 'x', a NOT SIMILAR TO 'x';
SELECT a[1], a[1][2], m['k'], (r).x, (a).b.c, f(x).y, a[b + 1].c;
