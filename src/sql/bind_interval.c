/* INTERVAL literals: INTERVAL '1 02:03:04.5' DAY TO SECOND becomes milliseconds, INTERVAL '1-6' YEAR TO MONTH months.
 * As in Calcite, the leading field has at most 2 digits unless a precision says otherwise, and those behind it stay
 * within their range. */
#include <string.h>

#include "sql/binder.h"

typedef struct UnitInfo {
  const char *name;
  int rank;        /* larger units first */
  int64_t in_base; /* milliseconds, or months */
  bool is_months;
  int64_t value_max; /* when not the leading field */
} UnitInfo;

static const UnitInfo UNITS[] = {
    {"YEAR", 0, 12, true, 0},         {"QUARTER", 1, 3, true, 0},     {"MONTH", 2, 1, true, 11},
    {"WEEK", 3, 604800000, false, 0}, {"DAY", 4, 86400000, false, 0}, {"HOUR", 5, 3600000, false, 23},
    {"MINUTE", 6, 60000, false, 59},  {"SECOND", 7, 1000, false, 59},
};

static const UnitInfo *find_unit(const char *name) {
  for (size_t u = 0; u < sizeof UNITS / sizeof UNITS[0]; u++) {
    if (strcmp(UNITS[u].name, name) == 0) return &UNITS[u];
  }
  return NULL;
}

/* Digits at *text, at most `digits_max` of them; -1 when there are none or too many. */
static int64_t read_digits(const char **text, int digits_max) {
  int64_t value = 0;
  int n_digits = 0;
  while (**text >= '0' && **text <= '9') {
    value = value * 10 + (**text - '0');
    n_digits++;
    (*text)++;
    if (n_digits > digits_max) return -1;
  }
  return n_digits == 0 ? -1 : value;
}

/* The fraction of a second behind a point, in milliseconds; -1 when it is malformed. */
static int64_t read_fraction_ms(const char **text) {
  int64_t ms = 0;
  int n_digits = 0;
  for (; **text >= '0' && **text <= '9'; (*text)++, n_digits++) {
    if (n_digits < 3) ms = ms * 10 + (**text - '0');
  }
  if (n_digits == 0 || n_digits > 9) return -1;
  for (; n_digits < 3; n_digits++) ms *= 10;
  return ms;
}

static bool parse_interval_text(const AstExpr *ast, const UnitInfo *from, const UnitInfo *to, int64_t *value) {
  const char *text = ast->interval.text;
  bool is_negative = ast->interval.is_negative;
  if (*text == '+' || *text == '-') is_negative ^= *text++ == '-';
  int64_t total = 0;
  int leading_digits = ast->interval.precision >= 0 ? ast->interval.precision : 2;
  for (const UnitInfo *unit = from; unit <= to; unit++) {
    if (unit != from) {
      if (strcmp(unit->name, "QUARTER") == 0 || strcmp(unit->name, "WEEK") == 0) continue;
      char separator = unit->is_months ? '-' : strcmp(unit->name, "HOUR") == 0 ? ' ' : ':';
      if (*text++ != separator) return false;
    }
    int64_t field = read_digits(&text, unit == from ? leading_digits : 2);
    if (field < 0 || (unit != from && field > unit->value_max)) return false;
    total += field * unit->in_base;
    if (strcmp(unit->name, "SECOND") == 0 && *text == '.') {
      text++;
      int64_t ms = read_fraction_ms(&text);
      if (ms < 0) return false;
      total += ms;
    }
  }
  *value = is_negative ? -total : total;
  return *text == '\0';
}

Expr *bind_interval(Binder *binder, const AstExpr *ast) {
  const UnitInfo *from = find_unit(ast->interval.from);
  const UnitInfo *to = ast->interval.to == NULL ? from : find_unit(ast->interval.to);
  if (from == NULL || to == NULL || to->is_months != from->is_months || to->rank < from->rank) {
    error_at(binder->error, ERROR_USAGE, ast->place, "there is no INTERVAL %s%s%s", ast->interval.from,
             ast->interval.to == NULL ? "" : " TO ", ast->interval.to == NULL ? "" : ast->interval.to);
    return NULL;
  }
  if (ast->interval.precision > 10 || ast->interval.fraction > 9) {
    error_at(binder->error, ERROR_USAGE, ast->place,
             "the precision of an interval must be from 1 to 10, that of its fraction from 0 to 9");
    return NULL;
  }
  int64_t value;
  if (!parse_interval_text(ast, from, to, &value)) {
    error_at(binder->error, ERROR_USAGE, ast->place, "'%s' is not a value of INTERVAL %s%s%s", ast->interval.text,
             ast->interval.from, ast->interval.to == NULL ? "" : " TO ",
             ast->interval.to == NULL ? "" : ast->interval.to);
    size_t n_digits = strspn(ast->interval.text, "0123456789");
    if (to == from && n_digits > 2 && ast->interval.text[n_digits] == '\0' && ast->interval.precision < 0) {
      error_hint(binder->error, "more than two digits need a precision: INTERVAL '%s' %s(%zu)", ast->interval.text,
                 ast->interval.from, n_digits);
    }
    return NULL;
  }
  Type type = type_make(from->is_months ? TYPE_INTERVAL_YEAR_MONTH : TYPE_INTERVAL_DAY_TIME, false);
  return expr_literal(binder->arena, type, (Value){.int64 = value}, ast->place);
}
