/* INSERT INTO: the query's columns go to the sink's by position, with the casts that Flink makes by itself. */
#include <string.h>

#include "sql/binder.h"

/* Which of the sink's physical columns the query's columns are for, in order. */
typedef struct InsertColumns {
  uint32_t *physical; /* per column of the query */
  uint32_t n_columns;
  Schema schema; /* names and types of these */
} InsertColumns;

static bool find_columns(Binder *binder, const AstInsert *insert, const Table *sink, InsertColumns *columns) {
  const Schema *physical = &sink->physical;
  bool has_list = insert->n_columns > 0;
  columns->n_columns = has_list ? insert->n_columns : physical->n_fields;
  columns->physical = arena_alloc(binder->arena, columns->n_columns * sizeof *columns->physical);
  columns->schema = (Schema){.fields = arena_alloc(binder->arena, columns->n_columns * sizeof(Field)),
                             .n_fields = columns->n_columns};
  for (uint32_t c = 0; c < columns->n_columns; c++) {
    uint32_t found = c;
    if (has_list) {
      AstName name = insert->columns[c];
      AstPath path = {.parts = &name, .n_parts = 1, .place = name.place};
      Scope scope = {.schema = physical};
      int any = schema_find(&sink->schema, name.text);
      if (any >= 0 && sink->columns[any].kind != COLUMN_PHYSICAL)
        return error_at(binder->error, ERROR_USAGE, name.place, "Column '%s' is computed: it can't be written",
                        name.text);
      if (!scope_find(&scope, &path, &found, binder->error)) return false;
      for (uint32_t earlier = 0; earlier < c; earlier++) {
        if (columns->physical[earlier] == found)
          return error_at(binder->error, ERROR_USAGE, name.place, "Target column '%s' is assigned more than once",
                          name.text);
      }
    }
    columns->physical[c] = found;
    columns->schema.fields[c] = physical->fields[found];
  }
  return true;
}

static const char *schema_text(Arena *arena, const Schema *schema) {
  const char *text = "";
  for (uint32_t c = 0; c < schema->n_fields && strlen(text) < 160; c++) {
    char name[TYPE_NAME_MAX];
    text = arena_printf(arena, "%s%s%s: %s", text, c == 0 ? "" : ", ", schema->fields[c].name,
                        type_name(schema->fields[c].type, name));
  }
  return text;
}

static bool check_count(Binder *binder, const AstInsert *insert, const Logical *query, const InsertColumns *columns,
                        const char *sink_name) {
  if (query->schema.n_fields == columns->n_columns) return true;
  error_at(binder->error, ERROR_USAGE, insert->path.place,
           "Column types of query result and sink for '%s' do not match: the query has %u columns, the sink %u",
           sink_name, query->schema.n_fields, columns->n_columns);
  error_hint(binder->error, "query: [%s]; sink: [%s]", schema_text(binder->arena, &query->schema),
             schema_text(binder->arena, &columns->schema));
  return false;
}

static Expr *store_column(Binder *binder, const Logical *query, uint32_t position, const Field *target,
                          const char *sink_name) {
  const Field *source = &query->schema.fields[position];
  SourcePlace place = query->kind == LOGICAL_PROJECT ? query->project[position]->place : query->place;
  Expr *expr = expr_column(binder->arena, position, source->type, place);
  if (!function_can_store(source->type, target->type)) {
    char source_name[TYPE_NAME_MAX];
    char target_name[TYPE_NAME_MAX];
    error_at(binder->error, ERROR_USAGE, place,
             "Incompatible types for sink column '%s' of '%s' at position %u: the query has %s, the sink %s",
             target->name, sink_name, position + 1, type_name(source->type, source_name),
             type_name(target->type, target_name));
    error_hint(binder->error, "write CAST(... AS %s)", target_name);
    return NULL;
  }
  if (type_same(source->type, target->type)) return expr;
  Type type = target->type;
  type.nullable = source->type.nullable;
  return function_cast(binder->arena, expr, type, false, place, &binder->context->settings, binder->error);
}

/* Flink's rule: the rows of a sink have one time. */
static bool check_row_times(Binder *binder, const Logical *plan) {
  const char *first = NULL;
  for (uint32_t c = 0; c < plan->schema.n_fields; c++) {
    const Field *field = &plan->schema.fields[c];
    if (!field->type.is_row_time) continue;
    if (first != NULL) {
      error_at(binder->error, ERROR_USAGE, plan->project[c]->place,
               "The query contains more than one rowtime attribute column: [%s, %s]", first, field->name);
      error_hint(binder->error, "cast all but one of them, as in CAST(%s AS %s)", field->name,
                 field->type.kind == TYPE_TIMESTAMP ? "TIMESTAMP(3)" : "TIMESTAMP_LTZ(3)");
      return false;
    }
    first = field->name;
  }
  return true;
}

Logical *bind_insert(const BindContext *context, const AstInsert *insert, const Table **sink, Error *error) {
  Binder binder = {.context = context, .arena = context->arena, .error = error};
  const char *name = bind_path(&insert->path, error);
  if (name == NULL) return NULL;
  if (insert->is_overwrite) return bind_unsupported(&binder, insert->path.place, "INSERT OVERWRITE", NULL);
  const CatalogEntry *entry = catalog_find(context->catalog, name);
  if (entry == NULL || entry->table == NULL) {
    error_at(error, ERROR_USAGE, insert->path.place,
             entry == NULL ? "Object '%s' not found" : "'%s' is a view: rows go into tables only", name);
    const char *nearest = entry == NULL ? catalog_nearest_name(context->catalog, name) : NULL;
    if (nearest != NULL) error_hint(error, "did you mean '%s'?", nearest);
    return NULL;
  }
  const Table *table = entry->table;
  InsertColumns columns;
  if (!find_columns(&binder, insert, table, &columns)) return NULL;
  binder.target = &columns.schema;
  Logical *query = bind_query_in(&binder, insert->query);
  if (query == NULL || !check_count(&binder, insert, query, &columns, name)) return NULL;

  const Schema *physical = &table->physical;
  Expr **exprs = arena_alloc_zeroed(context->arena, physical->n_fields * sizeof *exprs);
  const char **names = arena_alloc(context->arena, physical->n_fields * sizeof *names);
  for (uint32_t c = 0; c < columns.n_columns; c++) {
    exprs[columns.physical[c]] = store_column(&binder, query, c, &columns.schema.fields[c], name);
    if (exprs[columns.physical[c]] == NULL) return NULL;
  }
  for (uint32_t p = 0; p < physical->n_fields; p++) {
    names[p] = physical->fields[p].name;
    if (exprs[p] != NULL) continue;
    if (!physical->fields[p].type.nullable) {
      error_at(error, ERROR_USAGE, insert->path.place, "Column '%s' has no default value and does not allow NULLs",
               names[p]);
      return NULL;
    }
    exprs[p] = expr_null(context->arena, physical->fields[p].type, insert->path.place);
  }
  *sink = table;
  Logical *plan = logical_project(&binder, query, exprs, names, physical->n_fields, query->place);
  return check_row_times(&binder, plan) ? plan : NULL;
}
