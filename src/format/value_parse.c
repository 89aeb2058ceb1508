/* See value_parse.h. */
#include "format/value_parse.h"

#include <assert.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "vec/memory.h"

const uint64_t POWERS_OF_TEN[20] = {UINT64_C(1),
                                    UINT64_C(10),
                                    UINT64_C(100),
                                    UINT64_C(1000),
                                    UINT64_C(10000),
                                    UINT64_C(100000),
                                    UINT64_C(1000000),
                                    UINT64_C(10000000),
                                    UINT64_C(100000000),
                                    UINT64_C(1000000000),
                                    UINT64_C(10000000000),
                                    UINT64_C(100000000000),
                                    UINT64_C(1000000000000),
                                    UINT64_C(10000000000000),
                                    UINT64_C(100000000000000),
                                    UINT64_C(1000000000000000),
                                    UINT64_C(10000000000000000),
                                    UINT64_C(100000000000000000),
                                    UINT64_C(1000000000000000000),
                                    UINT64_C(10000000000000000000)};

int128_t power_of_ten(int exponent) {
  assert(exponent >= 0 && exponent <= 38);
  if (exponent < 20) return (int128_t)POWERS_OF_TEN[exponent];
  return (int128_t)POWERS_OF_TEN[19] * (int128_t)POWERS_OF_TEN[exponent - 19];
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

void parse_trim(const char **text, size_t *n_bytes) {
  while (*n_bytes > 0 && (unsigned char)**text <= ' ') {
    ++*text;
    --*n_bytes;
  }
  while (*n_bytes > 0 && (unsigned char)(*text)[*n_bytes - 1] <= ' ') --*n_bytes;
}

bool parse_int64(const char *text, size_t n_bytes, int64_t *value) {
  const char *end = text + n_bytes;
  bool is_negative = n_bytes > 0 && *text == '-';
  if (n_bytes > 0 && (*text == '-' || *text == '+')) text++;
  if (text == end) return false;
  uint64_t sum = 0;
  uint64_t limit = (uint64_t)INT64_MAX + is_negative;
  for (; text < end; text++) {
    if (!is_digit(*text)) return false;
    if (__builtin_mul_overflow(sum, 10u, &sum) || __builtin_add_overflow(sum, (uint64_t)(*text - '0'), &sum) ||
        sum > limit) {
      return false;
    }
  }
  *value = is_negative ? (int64_t)(0 - sum) : (int64_t)sum;
  return true;
}

bool parse_int32(const char *text, size_t n_bytes, int32_t *value) {
  int64_t wide;
  if (!parse_int64(text, n_bytes, &wide) || wide < INT32_MIN || wide > INT32_MAX) return false;
  *value = (int32_t)wide;
  return true;
}

/* Up to 19 digits and a power of ten between them decide most numbers exactly: both are doubles without rounding, so
 * one multiplication or division rounds once (Clinger 1990). strtod takes the others. */
static bool try_exact_double(uint64_t digits, int exponent, double *value) {
  static const double POWERS[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                  1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  if (digits > UINT64_C(1) << 53 || exponent < -22 || exponent > 22) return false;
  *value = exponent < 0 ? (double)digits / POWERS[-exponent] : (double)digits * POWERS[exponent];
  return true;
}

static double convert_with_strtod(const char *text, size_t n_bytes) {
  char small[128];
  char *copy = n_bytes < sizeof small ? small : memory_alloc(n_bytes + 1);
  memcpy(copy, text, n_bytes);
  copy[n_bytes] = '\0';
  double value = strtod(copy, NULL);
  if (copy != small) free(copy);
  return value;
}

static bool is_text(const char *text, size_t n_bytes, const char *word) {
  return strlen(word) == n_bytes && memcmp(text, word, n_bytes) == 0;
}

static bool is_hex_digit(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

/* 0xH.Hp[+-]D, p behind the sign; the exponent is mandatory in Java. */
static bool is_hexadecimal(const char *p, const char *end) {
  p += 2;
  size_t n_digits = 0;
  for (; p < end && is_hex_digit(*p); p++) n_digits++;
  if (p < end && *p == '.') {
    for (p++; p < end && is_hex_digit(*p); p++) n_digits++;
  }
  if (n_digits == 0 || p == end || (*p != 'p' && *p != 'P')) return false;
  p++;
  if (p < end && (*p == '+' || *p == '-')) p++;
  if (p == end) return false;
  for (; p < end; p++) {
    if (!is_digit(*p)) return false;
  }
  return true;
}

bool parse_double(const char *text, size_t n_bytes, double *value) {
  parse_trim(&text, &n_bytes);
  const char *start = text;
  const char *end = text + n_bytes;
  const char *p = text;
  bool is_negative = p < end && *p == '-';
  if (p < end && (*p == '-' || *p == '+')) p++;
  if (is_text(p, (size_t)(end - p), "NaN")) {
    *value = __builtin_nan("");
    return true;
  }
  if (is_text(p, (size_t)(end - p), "Infinity")) {
    *value = is_negative ? -__builtin_inf() : __builtin_inf();
    return true;
  }
  if (end - p > 1 && (end[-1] == 'd' || end[-1] == 'D' || end[-1] == 'f' || end[-1] == 'F')) end--;
  if (end - p > 2 && p[0] == '0' && (p[1] == 'x' || p[1] == 'X')) {
    if (!is_hexadecimal(p, end)) return false;
    *value = convert_with_strtod(start, (size_t)(end - start));
    return true;
  }
  uint64_t digits = 0;
  int n_significant = 0;
  size_t n_digits = 0;
  int64_t exponent = 0;
  bool is_fraction = false;
  for (; p < end; p++) {
    if (*p == '.' && !is_fraction) {
      is_fraction = true;
    } else if (is_digit(*p)) {
      n_digits++;
      if (n_significant < 19) {
        digits = digits * 10 + (uint64_t)(*p - '0');
        n_significant += digits != 0;
        exponent -= is_fraction;
      } else {
        n_significant++;
      }
    } else {
      break;
    }
  }
  if (n_digits == 0) return false;
  if (p < end && (*p == 'e' || *p == 'E')) {
    p++;
    bool is_down = p < end && *p == '-';
    if (p < end && (*p == '-' || *p == '+')) p++;
    if (p == end) return false;
    int64_t written = 0;
    for (; p < end && is_digit(*p); p++) {
      if (written < 100000) written = written * 10 + (*p - '0');
    }
    if (!is_digit(p[-1])) return false;
    exponent += is_down ? -written : written;
  }
  if (p != end) return false;
  double magnitude;
  if (digits == 0 && n_significant == 0) {
    magnitude = 0;
  } else if (n_significant > 19 || exponent < -22 || exponent > 22 ||
             !try_exact_double(digits, (int)exponent, &magnitude)) {
    *value = convert_with_strtod(start, (size_t)(end - start));
    return true;
  }
  *value = is_negative ? -magnitude : magnitude;
  return true;
}

bool parse_int64_from_float(const char *text, size_t n_bytes, int64_t *value) {
  double number;
  if (!parse_double(text, n_bytes, &number) || !(number >= -0x1p63) || !(number <= 0x1p63)) return false;
  *value = number == 0x1p63 ? INT64_MAX : (int64_t)number;
  return true;
}

bool parse_int32_from_float(const char *text, size_t n_bytes, int32_t *value) {
  double number;
  if (!parse_double(text, n_bytes, &number) || !(number >= INT32_MIN) || !(number <= INT32_MAX)) return false;
  *value = (int32_t)number;
  return true;
}

/* The exponent's digits, p behind the 'e'. False when it is malformed or beyond an int. */
static bool read_exponent(const char *p, const char *end, int64_t *exponent) {
  bool is_negative = p < end && *p == '-';
  if (p < end && (*p == '-' || *p == '+')) p++;
  if (p == end) return false;
  int64_t sum = 0;
  for (; p < end; p++) {
    if (!is_digit(*p)) return false;
    sum = sum * 10 + (*p - '0');
    if (sum > (int64_t)INT_MAX + 1) return false;
  }
  *exponent = is_negative ? -sum : sum;
  return *exponent <= INT_MAX;
}

ParseResult parse_decimal(const char *text, size_t n_bytes, int precision, int scale, int128_t *unscaled) {
  const char *end = text + n_bytes;
  const char *p = text;
  bool is_negative = p < end && *p == '-';
  if (p < end && (*p == '-' || *p == '+')) p++;

  /* First the shape: where the digits are, how many follow the point, what power of ten is written behind. */
  const char *digits_start = p;
  const char *point = NULL;
  while (p < end && (is_digit(*p) || (*p == '.' && point == NULL))) {
    if (*p == '.') point = p;
    p++;
  }
  const char *digits_end = p;
  int64_t n_fraction = point == NULL ? 0 : digits_end - point - 1;
  if (digits_end - digits_start - (point != NULL) == 0) return PARSE_ERROR;
  int64_t exponent = 0;
  if (p < end) {
    if (*p != 'e' && *p != 'E') return PARSE_ERROR;
    if (!read_exponent(p + 1, end, &exponent)) return PARSE_ERROR;
  }
  int64_t java_scale = n_fraction - exponent;
  if (java_scale < INT_MIN || java_scale > INT_MAX) return PARSE_ERROR;

  const char *first = digits_start;
  while (first < digits_end && (*first == '0' || *first == '.')) first++;
  int64_t n_significant = digits_end - first - (point != NULL && point >= first);
  *unscaled = 0;
  if (n_significant == 0) return PARSE_OK;

  /* Then value = digits * 10^-java_scale is wanted in units of 10^-scale: so many of its digits stay. */
  int64_t shift = scale - java_scale;
  int64_t n_result = n_significant + shift;
  if (n_result > precision) return PARSE_NULL;
  if (n_result < 0) return PARSE_OK;
  int64_t n_taken = n_result < n_significant ? n_result : n_significant;
  uint128_t sum = 0;
  const char *digit = first;
  for (int64_t i = 0; i < n_taken; digit++) {
    if (*digit == '.') continue;
    sum = sum * 10 + (uint128_t)(*digit - '0');
    i++;
  }
  if (shift > 0) {
    sum *= (uint128_t)power_of_ten((int)shift);
  } else if (n_taken < n_significant) {
    if (*digit == '.') digit++;
    sum += *digit >= '5';
  }
  if (sum >= (uint128_t)power_of_ten(precision)) return PARSE_NULL;
  *unscaled = is_negative ? -(int128_t)sum : (int128_t)sum;
  return PARSE_OK;
}

/* Two digits at p, or -1. */
static int two_digits(const char *p) {
  if (!is_digit(p[0]) || !is_digit(p[1])) return -1;
  return (p[0] - '0') * 10 + (p[1] - '0');
}

/* Days since 1970-01-01 in the proleptic Gregorian calendar (after H. Hinnant). */
static int64_t days_from_civil(int64_t year, int month, int day) {
  year -= month <= 2;
  int64_t era = (year >= 0 ? year : year - 399) / 400;
  int64_t year_of_era = year - era * 400;
  int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

static int month_days(int64_t year, int month) {
  static const int DAYS[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  bool is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return month == 2 && is_leap ? 29 : DAYS[month - 1];
}

/* ISO_LOCAL_DATE's year: four digits, or a sign and more. NULL when there is none. */
static const char *read_year(const char *p, const char *end, int64_t *year) {
  char sign = p < end && (*p == '+' || *p == '-') ? *p++ : ' ';
  const char *digits = p;
  int64_t sum = 0;
  while (p < end && is_digit(*p) && p - digits < 10) sum = sum * 10 + (*p++ - '0');
  ptrdiff_t n_digits = p - digits;
  if (n_digits < 4 || (sign == '+' && n_digits == 4) || (sign == ' ' && n_digits > 4)) return NULL;
  if (sign == '-' && sum == 0) return NULL;
  *year = sign == '-' ? -sum : sum;
  return p;
}

bool parse_timestamp(const char *text, size_t n_bytes, char separator, bool has_zone, int precision,
                     int64_t *value_us) {
  const char *end = text + n_bytes;
  int64_t year;
  const char *p = read_year(text, end, &year);
  enum { REST_BYTES = 15 }; /* -MM-dd HH:mm:ss */
  if (p == NULL || end - p < REST_BYTES) return false;
  if (p[0] != '-' || p[3] != '-' || p[6] != separator || p[9] != ':' || p[12] != ':') return false;
  int month = two_digits(p + 1);
  int day = two_digits(p + 4);
  int hour = two_digits(p + 7);
  int minute = two_digits(p + 10);
  int second = two_digits(p + 13);
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour < 0 || minute < 0 || minute > 59 || second < 0 ||
      second > 59) {
    return false;
  }
  p += REST_BYTES;
  int64_t nanos = 0;
  if (p < end && *p == '.') {
    p++;
    int n_digits = 0;
    for (; p < end && is_digit(*p) && n_digits < 9; n_digits++) nanos = nanos * 10 + (*p++ - '0');
    nanos *= (int64_t)POWERS_OF_TEN[9 - n_digits];
  }
  if (has_zone && (p == end || *p++ != 'Z')) return false;
  if (p != end) return false;
  if (hour > 23 && (hour > 24 || minute > 0 || second > 0 || nanos > 0)) return false;
  if (day > month_days(year, month)) day = month_days(year, month);

  int64_t unit = (int64_t)POWERS_OF_TEN[9 - (precision < 3 ? 3 : precision)];
  int64_t micros = (nanos - nanos % unit) / 1000;
  int64_t seconds = days_from_civil(year, month, day) * 86400 + hour * 3600 + minute * 60 + second;
  return !__builtin_mul_overflow(seconds, INT64_C(1000000), value_us) &&
         !__builtin_add_overflow(*value_us, micros, value_us);
}
