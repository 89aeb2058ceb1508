/* The table of formats: a new format is its own file and a line here. */
#include "format/format.h"

#include <string.h>

static const Format *const FORMATS[] = {&json_format, &csv_format};
static const char *const NAMES[] = {"json", "csv"};

enum { N_FORMATS = sizeof FORMATS / sizeof FORMATS[0] };
_Static_assert(N_FORMATS == sizeof NAMES / sizeof NAMES[0], "a name for each format");

const Format *format_find(const char *name) {
  for (size_t i = 0; i < N_FORMATS; i++) {
    if (strcmp(FORMATS[i]->name, name) == 0) return FORMATS[i];
  }
  return NULL;
}

const char *const *format_names(size_t *n_names) {
  *n_names = N_FORMATS;
  return NAMES;
}
