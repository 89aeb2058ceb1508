/* Names in a query: which column or table of FROM each one means. As in Flink they are case-sensitive, and a name that
 * could mean two columns is an error. */
#include <stdlib.h>
#include <string.h>

#include "sql/binder.h"
#include "vec/memory.h"

static void hint_nearest_column(const Scope *scope, uint32_t first, uint32_t n_columns, const char *name,
                                Error *error) {
  const char **names = memory_alloc((n_columns + 1) * sizeof *names);
  for (uint32_t c = 0; c < n_columns; c++) names[c] = scope->schema->fields[first + c].name;
  const char *nearest = error_nearest_name(name, names, n_columns);
  if (nearest != NULL) error_hint(error, "did you mean '%s'?", nearest);
  free(names);
}

static bool refuse_ambiguous(const Scope *scope, const AstName *name, Error *error) {
  error_at(error, ERROR_USAGE, name->place, "Column '%s' is ambiguous", name->text);
  for (uint32_t r = 0; r < scope->n_relations; r++) {
    const ScopeRelation *relation = &scope->relations[r];
    for (uint32_t c = 0; c < relation->n_columns; c++) {
      if (relation->alias != NULL && strcmp(scope->schema->fields[relation->first_column + c].name, name->text) == 0) {
        error_hint(error, "name its table, as in %s.%s", relation->alias, name->text);
        return false;
      }
    }
  }
  return false;
}

/* A column among [first, first + n). */
static bool find_among(const Scope *scope, uint32_t first, uint32_t n_columns, const AstName *name, uint32_t *column,
                       Error *error) {
  uint32_t n_found = 0;
  for (uint32_t c = first; c < first + n_columns; c++) {
    if (strcmp(scope->schema->fields[c].name, name->text) != 0) continue;
    *column = c;
    n_found++;
  }
  if (n_found == 1) return true;
  if (n_found > 1) return refuse_ambiguous(scope, name, error);
  bool is_all = n_columns == scope->schema->n_fields;
  const char *table = NULL;
  for (uint32_t r = 0; r < scope->n_relations && (!is_all || scope->n_relations == 1); r++) {
    if (scope->relations[r].first_column == first) table = scope->relations[r].alias;
  }
  error_at(error, ERROR_USAGE, name->place, "Column '%s' not found in %s%s%s", name->text,
           table == NULL ? "any table" : "table '", table == NULL ? "" : table, table == NULL ? "" : "'");
  hint_nearest_column(scope, first, n_columns, name->text, error);
  return false;
}

const ScopeRelation *scope_find_relation(const Scope *scope, const AstPath *path, uint32_t n_parts, Error *error) {
  const AstName *name = &path->parts[n_parts - 1];
  const ScopeRelation *found = NULL;
  for (uint32_t r = 0; r < scope->n_relations; r++) {
    if (scope->relations[r].alias == NULL || strcmp(scope->relations[r].alias, name->text) != 0) continue;
    if (found != NULL) {
      error_at(error, ERROR_USAGE, name->place, "Table '%s' is ambiguous: two in FROM have this name", name->text);
      return NULL;
    }
    found = &scope->relations[r];
  }
  if (found != NULL) return found;
  error_at(error, ERROR_USAGE, name->place, "Table '%s' not found", name->text);
  const char **names = memory_alloc((scope->n_relations + 1) * sizeof *names);
  uint32_t n_names = 0;
  for (uint32_t r = 0; r < scope->n_relations; r++) {
    if (scope->relations[r].alias != NULL) names[n_names++] = scope->relations[r].alias;
  }
  const char *nearest = error_nearest_name(name->text, names, n_names);
  if (nearest != NULL) {
    error_hint(error, "did you mean '%s'?", nearest);
  } else if (n_names > 0) {
    error_hint(error, "FROM has '%s'%s", names[0], n_names > 1 ? " and others" : "");
  }
  free(names);
  return NULL;
}

bool scope_find(const Scope *scope, const AstPath *path, uint32_t *column, Error *error) {
  const AstName *name = &path->parts[path->n_parts - 1];
  if (scope == NULL || scope->schema->n_fields == 0) {
    return error_at(error, ERROR_USAGE, path->place, "Column '%s' not found: there is no FROM here", name->text);
  }
  if (path->n_parts == 1) return find_among(scope, 0, scope->schema->n_fields, name, column, error);
  const ScopeRelation *relation = scope_find_relation(scope, path, path->n_parts - 1, error);
  return relation != NULL && find_among(scope, relation->first_column, relation->n_columns, name, column, error);
}
