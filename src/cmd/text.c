/* See text.h. */
#include "cmd/text.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

const char *text_count(uint64_t count, char text[TEXT_MAX]) {
  char digits[24];
  int n_digits = snprintf(digits, sizeof digits, "%llu", (unsigned long long)count);
  char *out = text;
  for (int i = 0; i < n_digits; i++) {
    if (i > 0 && (n_digits - i) % 3 == 0) *out++ = ',';
    *out++ = digits[i];
  }
  *out = '\0';
  return text;
}

const char *text_rate(double per_second, char text[TEXT_MAX]) {
  if (per_second >= 1e6) {
    snprintf(text, TEXT_MAX, "%.2f M", per_second / 1e6);
  } else if (per_second >= 1e4) {
    snprintf(text, TEXT_MAX, "%.0f k", per_second / 1e3);
  } else {
    snprintf(text, TEXT_MAX, "%.0f", per_second);
  }
  return text;
}

const char *text_bytes(uint64_t n_bytes, char text[TEXT_MAX]) {
  static const char *const UNITS[] = {"B", "kB", "MB", "GB", "TB"};
  double value = (double)n_bytes;
  size_t unit = 0;
  while (value >= 1000 && unit + 1 < sizeof UNITS / sizeof UNITS[0]) {
    value /= 1000;
    unit++;
  }
  snprintf(text, TEXT_MAX, unit == 0 ? "%.0f %s" : "%.1f %s", value, UNITS[unit]);
  return text;
}

const char *text_duration(uint64_t ns, char text[TEXT_MAX]) {
  double seconds = (double)ns / 1e9;
  if (seconds < 1e-3) {
    snprintf(text, TEXT_MAX, "%.0f us", seconds * 1e6);
  } else if (seconds < 1) {
    snprintf(text, TEXT_MAX, "%.0f ms", seconds * 1e3);
  } else if (seconds < 120) {
    snprintf(text, TEXT_MAX, "%.2f s", seconds);
  } else {
    snprintf(text, TEXT_MAX, "%.0f min %02.0f s", seconds / 60 - 0.5, (double)((uint64_t)seconds % 60));
  }
  return text;
}

const char *text_time(int64_t time_us, char text[TEXT_MAX]) {
  time_t seconds = (time_t)(time_us / 1000000 - (time_us % 1000000 < 0));
  struct tm civil;
  if (gmtime_r(&seconds, &civil) == NULL || strftime(text, TEXT_MAX, "%Y-%m-%d %H:%M:%S", &civil) == 0) {
    strcpy(text, "?");
  }
  return text;
}
