/* Any text at all through the SQL front end's first half: a script is read, split and parsed, or refused with an error
 * that can be shown; and what parses is printed as SQL that parses to the same tree again. */
#include <glib.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sql/ast_print.h"
#include "sql/parse.h"
#include "sql/script.h"
#include "sql/sql_error.h"

static void fail(const char *what, const char *text, const char *again) {
  fprintf(stderr, "%s\n  first: %s\n  then:  %s\n", what, text, again);
  abort();
}

/* An error must say something, name a place in the text, and be printable. */
static void check_error(const Error *error, const char *text, size_t n_bytes) {
  if (error->kind != ERROR_USAGE && error->kind != ERROR_UNSUPPORTED) fail("an error of no kind", error->message, "");
  if (error->message[0] == '\0') fail("an error without a message", "", "");
  if (error->place.line < 1 || error->place.column < 1) fail("an error without a place", error->message, "");
  if (!g_utf8_validate(error->message, -1, NULL) || !g_utf8_validate(error->hint, -1, NULL)) {
    fprintf(stderr, "an error that is no text: %s\n", error->message);
    abort();
  }
  char *shown = NULL;
  size_t shown_bytes = 0;
  FILE *out = open_memstream(&shown, &shown_bytes);
  sql_error_print(out, error, text, n_bytes);
  fclose(out);
  free(shown);
}

static void check_round_trip(Arena *arena, const AstStatement *statement) {
  const char *text = ast_print_statement(arena, statement, AST_PRINT_PLAIN);
  AstStatement **again = NULL;
  uint32_t n_again = 0;
  Error error = {0};
  if (!parse_script(arena, "again", text, strlen(text), &again, &n_again, &error)) {
    /* Only what nests as deep as is allowed may need parentheses that nest deeper. */
    if (strstr(error.message, "nested more than") == NULL) fail("does not parse again", text, error.message);
    return;
  }
  if (n_again != 1) fail("parses to another number of statements", text, "");
  const char *text_again = ast_print_statement(arena, again[0], AST_PRINT_PLAIN);
  if (strcmp(text, text_again) != 0) fail("prints differently", text, text_again);
  const char *tree = ast_print_statement(arena, statement, AST_PRINT_EXPLICIT);
  const char *tree_again = ast_print_statement(arena, again[0], AST_PRINT_EXPLICIT);
  if (strcmp(tree, tree_again) != 0) fail("is read differently", tree, tree_again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes) {
  Arena *arena = arena_new(4096);
  Script script;
  Error error = {0};
  AstStatement **statements = NULL;
  uint32_t n_statements = 0;
  bool ok = script_from_text(arena, "fuzz.sql", (const char *)data, n_bytes, &script, &error) &&
            parse_script(arena, script.name, script.text, script.n_bytes, &statements, &n_statements, &error);
  if (!ok) check_error(&error, (const char *)data, n_bytes);
  for (uint32_t s = 0; ok && s < n_statements; s++) check_round_trip(arena, statements[s]);
  arena_release(arena);
  return 0;
}
