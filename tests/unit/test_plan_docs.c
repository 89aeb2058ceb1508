/* Keeps docs/flink-sql.md true: what the tables of functions, aggregates, connectors, formats and settings say is in
 * the page, what the page says is in them, its examples compile, and what it calls unsupported is refused so.
 *
 * The page is read as it is written: headings, tables, ```sql blocks. A failure says which line to write. */
#include <glib.h>

#include "plan_testing.h"
#include "sql/session.h"

static const char PAGE_PATH[] = "docs/flink-sql.md";

enum { CELLS_MAX = 4, LINE_MAX_BYTES = 4096 };

/* A line of a table, its cells without the backquotes of code. */
typedef struct Row {
  char *section; /* the heading above, of level two */
  char *part;    /* of level three; "" */
  char *cells[CELLS_MAX];
  uint32_t n_cells;
  uint32_t line;
} Row;

/* Code: a ```sql block, or a span in backquotes outside of tables. */
typedef struct Code {
  char *section;
  char *part;
  char *text;
  uint32_t line;
} Code;

typedef struct Page {
  GArray *rows;   /* of Row */
  GArray *blocks; /* of Code */
  GArray *spans;  /* of Code */
} Page;

static Page page;
static uint32_t n_problems;

static void problem(uint32_t line, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void problem(uint32_t line, const char *format, ...) {
  va_list arguments;
  n_problems++;
  if (line == 0) {
    fprintf(stderr, "%s: ", PAGE_PATH);
  } else {
    fprintf(stderr, "%s:%u: ", PAGE_PATH, line);
  }
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  fprintf(stderr, "\n");
}

static int no_problems_yet(void **state) {
  (void)state;
  n_problems = 0;
  return 0;
}

/* ---- reading the page ---- */

/* The cell without a code span's backquotes and without the backslashes before bars. */
static char *cell_text(const char *from, size_t n_bytes) {
  while (n_bytes > 0 && *from == ' ') from++, n_bytes--;
  while (n_bytes > 0 && from[n_bytes - 1] == ' ') n_bytes--;
  bool is_code = n_bytes > 1 && from[0] == '`' && memchr(from + 1, '`', n_bytes - 1) == from + n_bytes - 1;
  if (is_code) from++, n_bytes -= 2;
  GString *text = g_string_new(NULL);
  for (size_t i = 0; i < n_bytes; i++) {
    if (from[i] == '\\' && i + 1 < n_bytes && from[i + 1] == '|') continue;
    g_string_append_c(text, from[i]);
  }
  return g_string_free(text, FALSE);
}

static void free_row(void *freed) {
  Row *row = freed;
  g_free(row->section);
  g_free(row->part);
  for (uint32_t c = 0; c < row->n_cells; c++) g_free(row->cells[c]);
}

static void add_row(const Code *here, const char *line) {
  Row row = {.section = g_strdup(here->section), .part = g_strdup(here->part), .line = here->line};
  for (const char *from = line + 1; *from != '\0';) {
    const char *to = from;
    while (*to != '\0' && (*to != '|' || to[-1] == '\\')) to++;
    if (*to == '\0') break; /* behind the last bar */
    if (row.n_cells == CELLS_MAX) {
      problem(here->line, "more than %d cells: is a bar without its backslash?", CELLS_MAX);
      break;
    }
    row.cells[row.n_cells++] = cell_text(from, (size_t)(to - from));
    from = to + 1;
  }
  g_array_append_val(page.rows, row);
}

static void add_code(GArray *codes, const Code *here, const char *text, size_t n_bytes) {
  Code code = {.section = g_strdup(here->section),
               .part = g_strdup(here->part),
               .text = g_strndup(text, n_bytes),
               .line = here->line};
  g_array_append_val(codes, code);
}

static void free_code(void *freed) {
  Code *code = freed;
  g_free(code->section);
  g_free(code->part);
  g_free(code->text);
}

static void add_spans(const Code *here, const char *line) {
  for (const char *from = strchr(line, '`'); from != NULL;) {
    const char *to = strchr(from + 1, '`');
    if (to == NULL) break;
    add_code(page.spans, here, from + 1, (size_t)(to - from - 1));
    from = strchr(to + 1, '`');
  }
}

static int read_page(void **state) {
  (void)state;
  FILE *file = fopen(PAGE_PATH, "r");
  if (file == NULL) fail_msg("cannot open %s from here", PAGE_PATH);
  page = (Page){.rows = g_array_new(FALSE, FALSE, sizeof(Row)),
                .blocks = g_array_new(FALSE, FALSE, sizeof(Code)),
                .spans = g_array_new(FALSE, FALSE, sizeof(Code))};
  g_array_set_clear_func(page.rows, free_row);
  g_array_set_clear_func(page.blocks, free_code);
  g_array_set_clear_func(page.spans, free_code);
  Code here = {.section = g_strdup(""), .part = g_strdup("")};
  GString *block = NULL;
  bool is_sql = false;
  uint32_t block_line = 0;
  char line[LINE_MAX_BYTES];
  while (fgets(line, sizeof line, file) != NULL) {
    here.line++;
    line[strcspn(line, "\n")] = '\0';
    if (strncmp(line, "```", 3) == 0) {
      if (block == NULL) {
        block = g_string_new(NULL);
        block_line = here.line;
        is_sql = strcmp(line, "```sql") == 0;
        continue;
      }
      Code at = {.section = here.section, .part = here.part, .line = block_line};
      if (is_sql) add_code(page.blocks, &at, block->str, block->len);
      g_string_free(block, TRUE);
      block = NULL;
    } else if (block != NULL) {
      g_string_append_printf(block, "%s\n", line);
    } else if (strncmp(line, "## ", 3) == 0 || strncmp(line, "### ", 4) == 0) {
      bool is_part = line[2] == '#';
      g_free(here.part);
      here.part = g_strdup(is_part ? line + 4 : "");
      if (is_part) continue;
      g_free(here.section);
      here.section = g_strdup(line + 3);
    } else if (line[0] == '|' && strspn(line, "|-: ") == strlen(line)) {
      g_array_set_size(page.rows, page.rows->len - 1); /* above the rule was the heading */
    } else if (line[0] == '|') {
      add_row(&here, line);
    } else {
      add_spans(&here, line);
    }
  }
  fclose(file);
  assert_null(block);
  g_free(here.section);
  g_free(here.part);
  return 0;
}

static int free_page(void **state) {
  (void)state;
  g_array_free(page.rows, TRUE);
  g_array_free(page.blocks, TRUE);
  g_array_free(page.spans, TRUE);
  return 0;
}

/* ---- finding rows ---- */

/* part NULL: any. */
static bool is_in(const Row *row, const char *section, const char *part) {
  return strcmp(row->section, section) == 0 && (part == NULL || strcmp(row->part, part) == 0);
}

static const Row *find_row(const char *section, const char *part, const char *name) {
  for (guint r = 0; r < page.rows->len; r++) {
    const Row *row = &g_array_index(page.rows, Row, r);
    if (is_in(row, section, part) && strcmp(row->cells[0], name) == 0) return row;
  }
  return NULL;
}

/* A cell as code, fit for a table. */
static const char *code(const char *text) {
  static char texts[CELLS_MAX][LINE_MAX_BYTES];
  static uint32_t next;
  char *out = texts[next++ % CELLS_MAX];
  size_t n = 0;
  out[n++] = '`';
  for (const char *c = text; *c != '\0' && n < LINE_MAX_BYTES - 4; c++) {
    if (*c == '|') out[n++] = '\\';
    out[n++] = *c;
  }
  out[n++] = '`';
  out[n] = '\0';
  return out;
}

/* The row is there, its first cells are the wanted ones, and its last says something. `wanted` ends with NULL. */
static void check_row(const char *section, const char *part, const char *const *wanted, const char *last) {
  uint32_t n = 0;
  GString *line = g_string_new("|");
  for (; wanted[n] != NULL; n++) g_string_append_printf(line, " %s |", code(wanted[n]));
  const Row *row = find_row(section, part, wanted[0]);
  bool has_last = row != NULL && row->n_cells == n + 1 && row->cells[n][0] != '\0';
  g_string_append_printf(line, " %s |", last != NULL ? last : has_last ? row->cells[n] : "what it is for");
  if (row == NULL) {
    problem(0, "%s is not in section \"%s\"%s%s; add the line\n%s", wanted[0], section, part == NULL ? "" : ", ",
            part == NULL ? "" : part, line->str);
  } else if (row->n_cells != n + 1) {
    problem(row->line, "%u cells instead of %u; the line is\n%s", row->n_cells, n + 1, line->str);
  } else {
    bool is_right = has_last && (last == NULL || strcmp(row->cells[n], last) == 0);
    for (uint32_t c = 1; c < n; c++) is_right &= strcmp(row->cells[c], wanted[c]) == 0;
    if (!is_right) problem(row->line, "%s is not (or no more) as the line says; it is\n%s", wanted[0], line->str);
  }
  g_string_free(line, TRUE);
}

/* ---- functions ---- */

static void functions_are_described(void **state) {
  (void)state;
  size_t n_names;
  const char *const *names = function_names(&n_names);
  for (size_t i = 0; i < n_names; i++) {
    const char *const wanted[] = {names[i], function_signature(function_find(names[i])), NULL};
    check_row("Functions", NULL, wanted, NULL);
  }
  names = aggregate_names(&n_names);
  for (size_t i = 0; i < n_names; i++) {
    const char *const wanted[] = {names[i], aggregate_signature(aggregate_find(names[i])), NULL};
    check_row("Aggregate functions", NULL, wanted, NULL);
  }
  for (guint r = 0; r < page.rows->len; r++) {
    const Row *row = &g_array_index(page.rows, Row, r);
    bool is_scalar = is_in(row, "Functions", NULL), is_aggregate = is_in(row, "Aggregate functions", NULL);
    if ((is_scalar && function_find(row->cells[0]) == NULL) || (is_aggregate && aggregate_find(row->cells[0]) == NULL))
      problem(row->line, "there is no function %s in weir: take the line out", row->cells[0]);
    if ((is_scalar || is_aggregate) && find_row(row->section, NULL, row->cells[0]) != row)
      problem(row->line, "%s is there twice: take one line out", row->cells[0]);
  }
  assert_int_equal(n_problems, 0);
}

/* ---- connectors and formats ---- */

static const char *value_text(const OptionSpec *spec, char text[256]) {
  static const char *const TEXTS[] = {
      [OPTION_STRING] = "text",       [OPTION_BOOLEAN] = "true, false",  [OPTION_INT] = "whole number",
      [OPTION_DURATION] = "duration", [OPTION_MEMORY] = "size",          [OPTION_CHARACTER] = "one character",
      [OPTION_ENUM] = "choices",      [OPTION_ENUM_ANY_CASE] = "choices"};
  if (spec->choices == NULL) return TEXTS[spec->type];
  text[0] = '\0';
  for (uint32_t c = 0; spec->choices[c] != NULL; c++) {
    if (c > 0) strcat(text, ", ");
    assert_true(strlen(text) + strlen(spec->choices[c]) + 3 < 256);
    strcat(text, spec->choices[c]);
  }
  return text;
}

static void check_option(const char *section, const char *part, const OptionSpec *spec) {
  char values[256];
  const char *fallback = spec->is_required ? "required" : spec->default_value != NULL ? spec->default_value : "none";
  const char *const taken[] = {spec->name, value_text(spec, values), fallback, NULL};
  const char *const refused[] = {spec->name, NULL};
  check_row(section, part, spec->refused == NULL ? taken : refused, spec->refused);
}

static void check_options(const char *section, const char *part, const OptionSpec *specs) {
  for (const OptionSpec *spec = specs; spec->name != NULL; spec++) check_option(section, part, spec);
}

/* What stands in a part of the page is in the option table that the part is about. */
static const OptionSpec *specs_of(const Row *row) {
  if (is_in(row, "Connectors", "Every table")) return connector_common_options();
  if (is_in(row, "Connectors", NULL)) {
    const Connector *connector = connector_find(row->part);
    return connector == NULL ? NULL : connector->options;
  }
  const Format *format = format_find(row->part);
  return format == NULL ? NULL : format->options;
}

static void options_are_described(void **state) {
  (void)state;
  static const OptionSpec FORMAT_OPTION = {.name = "format", .type = OPTION_STRING, .is_required = true};
  size_t n_names;
  const char *const *names = connector_names(&n_names);
  for (size_t i = 0; i < n_names; i++) {
    const Connector *connector = connector_find(names[i]);
    check_options("Connectors", names[i], connector->options);
    if (connector->takes_format) check_option("Connectors", names[i], &FORMAT_OPTION);
  }
  check_options("Connectors", "Every table", connector_common_options());
  names = format_names(&n_names);
  for (size_t i = 0; i < n_names; i++) check_options("Formats", names[i], format_find(names[i])->options);

  for (guint r = 0; r < page.rows->len; r++) {
    const Row *row = &g_array_index(page.rows, Row, r);
    if (!is_in(row, "Connectors", NULL) && !is_in(row, "Formats", NULL)) continue;
    const OptionSpec *specs = specs_of(row);
    if (specs == NULL) {
      problem(row->line, "there is no connector or format \"%s\"", row->part);
    } else if (strcmp(row->cells[0], FORMAT_OPTION.name) != 0 && option_spec_find(specs, row->cells[0]) == NULL) {
      problem(row->line, "'%s' has no option %s: take the line out", row->part, row->cells[0]);
    }
  }
  assert_int_equal(n_problems, 0);
}

/* ---- settings ---- */

static void settings_are_described(void **state) {
  (void)state;
  static const char *const PARTS[] = {[SETTING_WORKS] = "Settings that work",
                                      [SETTING_CLUSTER_ONLY] = "Settings that concern clusters only",
                                      [SETTING_REFUSED] = "Settings that are refused"};
  for (const Setting *setting = SETTINGS; setting->spec.name != NULL; setting++) {
    const OptionSpec *spec = &setting->spec;
    const char *const cluster[] = {spec->name, NULL}, *const refused[] = {spec->name, spec->default_value, NULL};
    if (setting->effect == SETTING_WORKS) check_option("Settings", PARTS[setting->effect], spec);
    if (setting->effect == SETTING_CLUSTER_ONLY) check_row("Settings", PARTS[setting->effect], cluster, NULL);
    if (setting->effect == SETTING_REFUSED) check_row("Settings", PARTS[setting->effect], refused, spec->refused);
  }
  for (guint r = 0; r < page.rows->len; r++) {
    const Row *row = &g_array_index(page.rows, Row, r);
    if (!is_in(row, "Settings", NULL)) continue;
    bool is_known = false;
    for (const Setting *setting = SETTINGS; setting->spec.name != NULL; setting++)
      is_known |= strcmp(setting->spec.name, row->cells[0]) == 0 && strcmp(row->part, PARTS[setting->effect]) == 0;
    if (!is_known) problem(row->line, "'%s' is no setting of this kind: take the line out", row->cells[0]);
  }
  assert_int_equal(n_problems, 0);
}

static void refused_settings_take_their_default(void **state) {
  (void)state;
  for (const Setting *setting = SETTINGS; setting->spec.name != NULL; setting++) {
    if (setting->effect != SETTING_REFUSED) continue;
    const OptionSpec *spec = &setting->spec;
    Session *session = session_new();
    Error error = {0};
    if (!session_set(session, spec->name, spec->default_value, (SourcePlace){0}, &error))
      fail_msg("SET '%s' = '%s': %s", spec->name, spec->default_value, error.message);
    assert_false(
        session_set(session, spec->name, spec->choices != NULL ? spec->choices[1] : "1 h", (SourcePlace){0}, &error));
    assert_int_equal(error.kind, ERROR_UNSUPPORTED);
    session_free(session);
  }
}

/* ---- examples ---- */

/* Compiles a script over the page's tables, which are its first block. */
static bool compiles(const char *script, Error *error) {
  char init[TESTING_PATH_MAX], job[TESTING_PATH_MAX];
  *error = (Error){0};
  testing_write(init, g_array_index(page.blocks, Code, 0).text);
  testing_write(job, script);
  Compiler *compiler = compiler_new();
  bool is_good = compiler_add_init(compiler, init, error) && compiler_add_job(compiler, job, error) &&
                 compiler_plan(compiler, error) != NULL;
  compiler_free(compiler);
  unlink(init);
  unlink(job);
  return is_good;
}

static void examples_compile(void **state) {
  (void)state;
  assert_true(page.blocks->len > 1);
  for (guint b = 1; b < page.blocks->len; b++) {
    const Code *block = &g_array_index(page.blocks, Code, b);
    Error error;
    if (!compiles(block->text, &error))
      problem(block->line + error.place.line, "weir says of this example: %s (%s)", error.message, error.hint);
  }
  assert_int_equal(n_problems, 0);
}

static void types_are_taken(void **state) {
  (void)state;
  uint32_t n_types = 0;
  for (guint r = 0; r < page.rows->len; r++) {
    const Row *row = &g_array_index(page.rows, Row, r);
    if (!is_in(row, "Types", NULL)) continue;
    n_types++;
    char script[256];
    snprintf(script, sizeof script, "CREATE TABLE t (a %s) WITH ('connector' = 'blackhole');", row->cells[1]);
    Error error;
    if (!compiles(script, &error)) problem(row->line, "weir says of %s: %s", row->cells[1], error.message);
  }
  assert_true(n_types > 0);
  assert_int_equal(n_problems, 0);
}

static void unsupported_is_refused_by_name(void **state) {
  (void)state;
  uint32_t n_constructs = 0;
  for (guint r = 0; r < page.rows->len; r++) {
    const Row *row = &g_array_index(page.rows, Row, r);
    if (!is_in(row, "Not supported yet", NULL)) continue;
    n_constructs++;
    Error error;
    assert_int_equal(row->n_cells, 3);
    if (compiles(row->cells[1], &error)) {
      problem(row->line, "weir takes %s now: take the line out, and write it up where it belongs", row->cells[0]);
    } else if (error.kind != ERROR_UNSUPPORTED) {
      problem(row->line, "weir calls %s wrong, not unsupported: %s", row->cells[0], error.message);
    } else if (strcmp(error.message, row->cells[2]) != 0) {
      problem(row->line, "weir says of %s: %s", row->cells[0], error.message);
    }
  }
  assert_true(n_constructs > 0);
  assert_int_equal(n_problems, 0);
}

/* Each span of the list is a name: calling it must be refused as something that Flink has. */
static void missing_functions_are_refused_by_name(void **state) {
  (void)state;
  uint32_t n_missing = 0;
  for (guint s = 0; s < page.spans->len; s++) {
    const Code *span = &g_array_index(page.spans, Code, s);
    if (strcmp(span->part, "Functions of Flink that weir does not have yet") != 0) continue;
    n_missing++;
    if (function_find(span->text) != NULL || aggregate_find(span->text) != NULL)
      problem(span->line, "weir has the function %s now: take it out of the list", span->text);
    char script[256], wanted[256];
    snprintf(wanted, sizeof wanted, "the function %s is not supported yet", span->text);
    Error error = {0};
    bool is_refused = false;
    for (uint32_t form = 0; form < 2 && !is_refused; form++) { /* CURRENT_DATE stands without parentheses */
      snprintf(script, sizeof script, "SELECT %s%s FROM impressions;", span->text, form == 0 ? "(user_id)" : "");
      is_refused = !compiles(script, &error) && error.kind == ERROR_UNSUPPORTED && strcmp(error.message, wanted) == 0;
    }
    if (!is_refused) problem(span->line, "weir says of %s: %s", span->text, error.message);
  }
  assert_true(n_missing > 0);
  assert_int_equal(n_problems, 0);
}

int main(void) {
#define DOCS_TEST(name) cmocka_unit_test_setup(name, no_problems_yet)
  const struct CMUnitTest tests[] = {
      DOCS_TEST(functions_are_described),
      DOCS_TEST(options_are_described),
      DOCS_TEST(settings_are_described),
      DOCS_TEST(refused_settings_take_their_default),
      DOCS_TEST(examples_compile),
      DOCS_TEST(types_are_taken),
      DOCS_TEST(unsupported_is_refused_by_name),
      DOCS_TEST(missing_functions_are_refused_by_name),
  };
  return cmocka_run_group_tests(tests, read_page, free_page);
}
