/* CREATE TABLE: column types, computed columns, the watermark, the primary key. As in Flink, a computed column sees the
 * physical columns only, and the watermark sees the computed ones as well. */
#include <string.h>

#include "sql/binder.h"

const char *bind_path(const AstPath *path, Error *error) {
  static const char *const DEFAULTS[] = {"default_catalog", "default_database"};
  uint32_t n_qualifiers = path->n_parts - 1;
  bool is_default = n_qualifiers <= 2;
  for (uint32_t q = 0; q < n_qualifiers && is_default; q++)
    is_default = strcmp(path->parts[q].text, DEFAULTS[2 - n_qualifiers + q]) == 0;
  if (!is_default) {
    error_at(error, ERROR_UNSUPPORTED, path->place, "there are no catalogs and databases but the default ones");
    error_hint(error, "write the table's name alone: %s", path->parts[path->n_parts - 1].text);
    return NULL;
  }
  return path->parts[path->n_parts - 1].text;
}

/* A table while it is made. */
typedef struct TableMaker {
  Binder *binder;
  const AstCreateTable *create;
  Table *table;
  TableColumn *columns;
  uint32_t *physical_of;
  uint32_t *primary_key;
} TableMaker;

static bool check_names(const TableMaker *maker) {
  const AstCreateTable *create = maker->create;
  for (uint32_t c = 0; c < create->n_columns; c++) {
    for (uint32_t earlier = 0; earlier < c; earlier++) {
      if (strcmp(create->columns[c].name.text, create->columns[earlier].name.text) == 0) {
        return error_at(maker->binder->error, ERROR_USAGE, create->columns[c].name.place,
                        "A column named '%s' already exists in the table", create->columns[c].name.text);
      }
    }
  }
  return true;
}

static bool add_physical(TableMaker *maker, uint32_t c) {
  const AstColumn *column = &maker->create->columns[c];
  Table *table = maker->table;
  Type type;
  if (!bind_type(&column->type, &type, maker->binder->error)) return false;
  maker->physical_of[c] = table->physical.n_fields;
  Field field = {.name = column->name.text, .type = type};
  table->physical.fields[table->physical.n_fields++] = field;
  table->schema.fields[c] = field;
  return true;
}

static bool add_columns(TableMaker *maker) {
  const AstCreateTable *create = maker->create;
  for (uint32_t c = 0; c < create->n_columns; c++) {
    const AstColumn *column = &create->columns[c];
    maker->columns[c] = (TableColumn){.kind = column->kind, .comment = column->comment};
    if (column->kind == COLUMN_METADATA)
      return bind_unsupported(maker->binder, column->name.place, "a METADATA column", NULL) != NULL;
    if (column->kind == COLUMN_PHYSICAL && !add_physical(maker, c)) return false;
  }
  if (maker->table->physical.n_fields == 0) {
    return error_at(maker->binder->error, ERROR_USAGE, create->path.place,
                    "table '%s' has no columns that are read or written", create->path.parts[0].text);
  }
  return true;
}

static bool add_computed(TableMaker *maker) {
  const AstCreateTable *create = maker->create;
  Table *table = maker->table;
  Scope scope = {.schema = &table->physical};
  ExprContext context = {.binder = maker->binder, .scope = &scope, .clause = "a computed column"};
  for (uint32_t c = 0; c < create->n_columns; c++) {
    const AstColumn *column = &create->columns[c];
    if (column->kind != COLUMN_COMPUTED) continue;
    Expr *expr = bind_expression(&context, column->expr);
    if (expr == NULL) return false;
    if (expr->type.kind == TYPE_NULL) {
      return error_at(maker->binder->error, ERROR_USAGE, column->expr->place,
                      "Illegal use of 'NULL': its type is not known");
    }
    maker->columns[c].expr = expr;
    table->schema.fields[c] = (Field){.name = column->name.text, .type = expr->type};
  }
  return true;
}

/* Positions of the key's columns; they become NOT NULL. */
static bool add_primary_key(TableMaker *maker) {
  const AstCreateTable *create = maker->create;
  Table *table = maker->table;
  Error *error = maker->binder->error;
  for (uint32_t c = 0; c < create->n_columns; c++) {
    if (!create->columns[c].is_primary_key) continue;
    if (create->n_primary_key > 0 || table->n_primary_key > 0)
      return error_at(error, ERROR_USAGE, create->columns[c].name.place, "Duplicate primary key definition");
    maker->primary_key[table->n_primary_key++] = c;
  }
  for (uint32_t k = 0; k < create->n_primary_key; k++) {
    Scope scope = {.schema = &table->schema};
    AstName name = create->primary_key[k];
    AstPath path = {.parts = &name, .n_parts = 1, .place = name.place};
    uint32_t column;
    if (!scope_find(&scope, &path, &column, error)) return false;
    for (uint32_t earlier = 0; earlier < k; earlier++) {
      if (maker->primary_key[earlier] == column)
        return error_at(error, ERROR_USAGE, name.place, "Column '%s' is in the primary key twice", name.text);
    }
    maker->primary_key[table->n_primary_key++] = column;
  }
  for (uint32_t k = 0; k < table->n_primary_key; k++) {
    uint32_t column = maker->primary_key[k];
    if (create->columns[column].kind != COLUMN_PHYSICAL) {
      return error_at(error, ERROR_USAGE, create->columns[column].name.place,
                      "Could not create a PRIMARY KEY with column '%s': a key has physical columns only",
                      create->columns[column].name.text);
    }
    table->schema.fields[column].type.nullable = false;
    table->physical.fields[maker->physical_of[column]].type.nullable = false;
  }
  return true;
}

static bool check_time_type(Binder *binder, Type type, const char *what, SourcePlace place) {
  if (type_is_timestamp(type.kind) && type.precision <= 3) return true;
  char name[TYPE_NAME_MAX];
  error_at(binder->error, ERROR_USAGE, place,
           "Invalid data type of %s for watermark definition. It must be of type TIMESTAMP(p) or TIMESTAMP_LTZ(p), the "
           "supported precision 'p' is from 0 to 3, but it is %s",
           what, type_name(type, name));
  return false;
}

static bool add_watermark(TableMaker *maker) {
  const AstCreateTable *create = maker->create;
  Table *table = maker->table;
  Binder *binder = maker->binder;
  table->row_time = -1;
  if (create->watermark_column == NULL) return true;
  AstName name = *create->watermark_column;
  AstPath path = {.parts = &name, .n_parts = 1, .place = name.place};
  Scope scope = {.schema = &table->schema};
  uint32_t column;
  if (!scope_find(&scope, &path, &column, binder->error)) return false;
  if (!check_time_type(binder, table->schema.fields[column].type, "time field", name.place)) return false;
  ExprContext context = {.binder = binder, .scope = &scope, .clause = "WATERMARK"};
  Expr *watermark = bind_expression(&context, create->watermark);
  if (watermark == NULL || !check_time_type(binder, watermark->type, "expression", create->watermark->place))
    return false;
  /* Over the physical columns, with the computed ones written out. */
  Expr **columns = arena_alloc(binder->arena, create->n_columns * sizeof *columns);
  for (uint32_t c = 0; c < create->n_columns; c++) {
    columns[c] = maker->columns[c].kind == COLUMN_COMPUTED
                     ? maker->columns[c].expr
                     : expr_column(binder->arena, maker->physical_of[c], table->schema.fields[c].type,
                                   create->columns[c].name.place);
  }
  table->watermark = expr_substitute(binder->arena, watermark, columns);
  table->row_time = (int32_t)column;
  table->schema.fields[column].type.is_row_time = true;
  return true;
}

static void add_options(TableMaker *maker) {
  const AstCreateTable *create = maker->create;
  Option *options = arena_alloc(maker->binder->arena, (create->n_options + 1) * sizeof *options);
  uint32_t n_options = 0;
  for (uint32_t o = 0; o < create->n_options; o++) {
    bool is_overridden = false; /* as in Flink, the last one of a name counts */
    for (uint32_t later = o + 1; later < create->n_options; later++)
      is_overridden |= strcmp(create->options[o].key, create->options[later].key) == 0;
    if (is_overridden) continue;
    options[n_options++] =
        (Option){.key = create->options[o].key, .value = create->options[o].value, .place = create->options[o].place};
  }
  maker->table->options.options = (Options){.items = options, .n_items = n_options};
}

Table *bind_table(const BindContext *context, const AstCreateTable *create, Error *error) {
  Binder binder = {.context = context, .arena = context->arena, .error = error};
  const char *name = bind_path(&create->path, error);
  if (name == NULL) return NULL;
  if (create->n_partitioned_by > 0)
    return bind_unsupported(&binder, create->partitioned_by[0].place, "PARTITIONED BY", NULL);
  if (create->n_columns > COLUMNS_MAX) {
    error_at(error, ERROR_USAGE, create->path.place, "a table of more than %d columns", COLUMNS_MAX);
    return NULL;
  }
  Arena *arena = context->arena;
  uint32_t n = create->n_columns + 1;
  Table *table = arena_alloc_zeroed(arena, sizeof *table);
  TableMaker maker = {.binder = &binder,
                      .create = create,
                      .table = table,
                      .columns = arena_alloc_zeroed(arena, n * sizeof(TableColumn)),
                      .physical_of = arena_alloc_zeroed(arena, n * sizeof(uint32_t)),
                      .primary_key = arena_alloc_zeroed(arena, n * sizeof(uint32_t))};
  table->options.table_name = name;
  table->options.place = create->path.place;
  table->schema = (Schema){.fields = arena_alloc_zeroed(arena, n * sizeof(Field)), .n_fields = create->n_columns};
  table->physical = (Schema){.fields = arena_alloc_zeroed(arena, n * sizeof(Field)), .n_fields = 0};
  table->columns = maker.columns;
  table->physical_of = maker.physical_of;
  table->primary_key = maker.primary_key;
  add_options(&maker);
  if (!check_names(&maker) || !add_columns(&maker) || !add_computed(&maker) || !add_primary_key(&maker) ||
      !add_watermark(&maker)) {
    return NULL;
  }
  return table;
}
