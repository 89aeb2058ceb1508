/* How tightly Calcite's operators bind, from OR to unary minus: what the parser climbs and the printer sets
 * parentheses by. Surprises for who knows other dialects: IS binds more loosely than =, so that a = b IS NULL asks
 * whether the comparison is null; || binds like *. */
#ifndef WEIR_SQL_PRECEDENCE_H
#define WEIR_SQL_PRECEDENCE_H

enum {
  PRECEDENCE_OR = 22,       /* left */
  PRECEDENCE_AND = 24,      /* left */
  PRECEDENCE_NOT = 26,      /* prefix */
  PRECEDENCE_IS = 28,       /* IS NULL, IS DISTINCT FROM: postfix */
  PRECEDENCE_COMPARE = 30,  /* = <> < <= > >=: left */
  PRECEDENCE_BETWEEN = 32,  /* BETWEEN, IN, LIKE, RLIKE, SIMILAR TO */
  PRECEDENCE_ADD = 40,      /* + -: left */
  PRECEDENCE_MULTIPLY = 60, /* * / % ||: left */
  PRECEDENCE_UNARY = 80,    /* + -: prefix */
  PRECEDENCE_PRIMARY = 100  /* names, literals, calls, element access */
};

#endif
