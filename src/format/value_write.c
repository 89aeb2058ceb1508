/* See value_write.h. */
#include "format/value_write.h"

#include <assert.h>
#include <string.h>

enum { MICROS_PER_SECOND = 1000000, SECONDS_PER_DAY = 86400, YEAR_DIGITS = 4 };

/* The digits of a number, most significant first. */
static char *write_digits(char *out, uint128_t value) {
  char reversed[DECIMAL_WRITE_BYTES];
  int n_digits = 0;
  while (value >> 64 != 0) {
    reversed[n_digits++] = (char)('0' + (int)(value % 10));
    value /= 10;
  }
  uint64_t rest = (uint64_t)value;
  do {
    reversed[n_digits++] = (char)('0' + rest % 10);
    rest /= 10;
  } while (rest != 0);
  while (n_digits > 0) *out++ = reversed[--n_digits];
  return out;
}

static char *write_padded(char *out, uint32_t value, int n_digits) {
  for (int i = n_digits - 1; i >= 0; i--) {
    out[i] = (char)('0' + value % 10);
    value /= 10;
  }
  return out + n_digits;
}

char *write_integer(char *out, int64_t value) {
  if (value < 0) *out++ = '-';
  return write_digits(out, value < 0 ? -(uint128_t)value : (uint128_t)value);
}

/* Digits with a point before the last `scale` of them, and zeros where there are too few. */
static char *write_plain(char *out, const char *digits, int n_digits, int scale) {
  if (n_digits <= scale) {
    *out++ = '0';
    *out++ = '.';
    memset(out, '0', (size_t)(scale - n_digits));
    out += scale - n_digits;
    memcpy(out, digits, (size_t)n_digits);
    return out + n_digits;
  }
  memcpy(out, digits, (size_t)(n_digits - scale));
  out += n_digits - scale;
  if (scale == 0) return out;
  *out++ = '.';
  memcpy(out, digits + n_digits - scale, (size_t)scale);
  return out + scale;
}

char *write_decimal(char *out, int128_t unscaled, int scale, DecimalStyle style) {
  enum { PLAIN_EXPONENT_MIN = -6 };
  char digits[DECIMAL_WRITE_BYTES];
  int n_digits = (int)(write_digits(digits, unscaled < 0 ? -(uint128_t)unscaled : (uint128_t)unscaled) - digits);
  if (unscaled < 0) *out++ = '-';
  if (style == DECIMAL_PLAIN) return write_plain(out, digits, n_digits, scale);
  if (style == DECIMAL_SHORTEST) {
    if (unscaled == 0) scale = 0;
    for (; n_digits > 1 && digits[n_digits - 1] == '0'; n_digits--) scale--;
  }
  int exponent = n_digits - 1 - scale;
  if (scale >= 0 && exponent >= PLAIN_EXPONENT_MIN) return write_plain(out, digits, n_digits, scale);
  *out++ = digits[0];
  if (n_digits > 1) {
    *out++ = '.';
    memcpy(out, digits + 1, (size_t)n_digits - 1);
    out += n_digits - 1;
  }
  *out++ = 'E';
  *out++ = exponent < 0 ? '-' : '+';
  return write_digits(out, (uint128_t)(exponent < 0 ? -exponent : exponent));
}

/* yyyy-MM-dd of a day since 1970-01-01 in the proleptic Gregorian calendar (after H. Hinnant). */
static char *write_date(char *out, int64_t day) {
  day += 719468;
  int64_t era = (day >= 0 ? day : day - 146096) / 146097;
  int64_t day_of_era = day - era * 146097;
  int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  int64_t shifted_month = (5 * day_of_year + 2) / 153;
  uint32_t day_of_month = (uint32_t)(day_of_year - (153 * shifted_month + 2) / 5 + 1);
  uint32_t month = (uint32_t)(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);
  int64_t year = year_of_era + era * 400 + (month <= 2);
  if (year < 0) *out++ = '-';
  if (year > 9999) *out++ = '+';
  uint64_t size = (uint64_t)(year < 0 ? -year : year);
  out = size > 9999 ? write_digits(out, size) : write_padded(out, (uint32_t)size, YEAR_DIGITS);
  *out++ = '-';
  out = write_padded(out, month, 2);
  *out++ = '-';
  return write_padded(out, day_of_month, 2);
}

char *write_timestamp(char *out, int64_t value_us, char separator, bool has_zone) {
  int64_t seconds = value_us / MICROS_PER_SECOND - (value_us % MICROS_PER_SECOND < 0);
  uint32_t micros = (uint32_t)(value_us - seconds * MICROS_PER_SECOND);
  int64_t day = seconds / SECONDS_PER_DAY - (seconds % SECONDS_PER_DAY < 0);
  uint32_t second_of_day = (uint32_t)(seconds - day * SECONDS_PER_DAY);
  out = write_date(out, day);
  *out++ = separator;
  out = write_padded(out, second_of_day / 3600, 2);
  *out++ = ':';
  out = write_padded(out, second_of_day / 60 % 60, 2);
  *out++ = ':';
  out = write_padded(out, second_of_day % 60, 2);
  if (micros > 0) {
    *out++ = '.';
    int n_digits = 6;
    for (; micros % 10 == 0; micros /= 10) n_digits--;
    out = write_padded(out, micros, n_digits);
  }
  if (has_zone) *out++ = 'Z';
  return out;
}
