/* FROM: tables, views, WITH names, derived tables, joins, and TUMBLE as a table function. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "sql/binder.h"

/* ---- tables, views and WITH names ---- */

static Logical *refuse_table(Binder *binder, const AstPath *path, const char *name) {
  error_at(binder->error, ERROR_USAGE, path->place, "Object '%s' not found", name);
  const char *nearest = catalog_nearest_name(binder->context->catalog, name);
  if (nearest != NULL) {
    error_hint(binder->error, "did you mean '%s'?", nearest);
  } else {
    error_hint(binder->error, "a table is declared with CREATE TABLE before it is used, here or in a file given by -i");
  }
  return NULL;
}

/* The input under other column names: a view's or a derived table's (a, b). */
static Logical *rename_columns(Binder *binder, Logical *input, const AstName *names, uint32_t n_names,
                               const char *relation, SourcePlace place) {
  if (n_names != input->schema.n_fields) {
    error_at(binder->error, ERROR_USAGE, place, "'%s' has %u columns, but %u names are given", relation,
             input->schema.n_fields, n_names);
    return NULL;
  }
  Expr **exprs = arena_alloc(binder->arena, (n_names + 1) * sizeof *exprs);
  const char **texts = arena_alloc(binder->arena, (n_names + 1) * sizeof *texts);
  for (uint32_t c = 0; c < n_names; c++) {
    exprs[c] = expr_column(binder->arena, c, input->schema.fields[c].type, place);
    texts[c] = names[c].text;
    for (uint32_t earlier = 0; earlier < c; earlier++) {
      if (strcmp(texts[earlier], texts[c]) != 0) continue;
      error_at(binder->error, ERROR_USAGE, names[c].place, "Column '%s' is named twice", texts[c]);
      return NULL;
    }
  }
  return logical_project(binder, input, exprs, texts, n_names, place);
}

static Logical *view_plan(Binder *binder, const AstCreateView *view, const char *name, SourcePlace place) {
  /* What a view says is over tables and views, not over the WITH names where it is used. */
  Binder inside = {.context = binder->context, .arena = binder->arena, .error = binder->error};
  Logical *plan = bind_query_in(&inside, view->query);
  if (plan == NULL || view->n_columns == 0) return plan;
  return rename_columns(binder, plan, view->columns, view->n_columns, name, place);
}

bool bind_view(const BindContext *context, const AstCreateView *view, Error *error) {
  Binder binder = {.context = context, .arena = context->arena, .error = error};
  const char *name = bind_path(&view->path, error);
  return name != NULL && view_plan(&binder, view, name, view->path.place) != NULL;
}

static Logical *bind_named_table(Binder *binder, const AstFrom *from) {
  const AstPath *path = &from->table.path;
  if (from->table.as_of != NULL)
    return bind_unsupported(binder, from->place, "a temporal join (FOR SYSTEM_TIME AS OF)", NULL);
  for (const WithScope *with = binder->with; with != NULL && path->n_parts == 1; with = with->outer) {
    if (strcmp(with->name, path->parts[0].text) == 0) return with->plan;
  }
  const char *name = bind_path(path, binder->error);
  if (name == NULL) return NULL;
  const CatalogEntry *entry = catalog_find(binder->context->catalog, name);
  if (entry == NULL) return refuse_table(binder, path, name);
  if (entry->view != NULL) return view_plan(binder, entry->view, name, from->place);
  Logical *scan = logical_new(binder, LOGICAL_SCAN, from->place, 0);
  scan->table = entry->table;
  scan->schema = entry->table->schema;
  return scan;
}

/* ---- TABLE(TUMBLE(...)) ---- */

typedef struct TumbleArguments {
  const AstExpr *data;
  const AstExpr *time_column;
  const AstExpr *size;
  const AstExpr *offset; /* NULL: none */
} TumbleArguments;

static bool gather_arguments(Binder *binder, const AstExpr *call, TumbleArguments *arguments) {
  static const char *const NAMES[] = {"DATA", "TIMECOL", "SIZE", "OFFSET"};
  const AstExpr **targets[] = {&arguments->data, &arguments->time_column, &arguments->size, &arguments->offset};
  static const char SIGNATURE[] = "TUMBLE(TABLE table, DESCRIPTOR(time_column), size [, offset])";
  memset(arguments, 0, sizeof *arguments);
  bool is_good = call->call.n_arguments <= 4;
  for (uint32_t a = 0; a < call->call.n_arguments && is_good; a++) {
    const AstExpr *argument = call->call.arguments[a];
    uint32_t target = a;
    if (argument->kind == AST_NAMED_ARGUMENT) {
      for (target = 0; target < 4 && strcasecmp(NAMES[target], argument->named.name.text) != 0;) target++;
      if (target == 4) {
        error_at(binder->error, ERROR_USAGE, argument->place, "TUMBLE has no argument %s", argument->named.name.text);
        error_hint(binder->error, "its arguments are DATA, TIMECOL, SIZE and OFFSET");
        return false;
      }
      argument = argument->named.value;
    }
    is_good = *targets[target] == NULL;
    *targets[target] = argument;
  }
  is_good = is_good && arguments->data != NULL && arguments->time_column != NULL && arguments->size != NULL &&
            arguments->time_column->kind == AST_DESCRIPTOR && arguments->time_column->call.n_arguments == 1 &&
            (arguments->data->kind == AST_TABLE_ARGUMENT || arguments->data->kind == AST_SUBQUERY);
  if (is_good) return true;
  error_at(binder->error, ERROR_USAGE, call->place, "TUMBLE was not called with the arguments that it takes");
  error_hint(binder->error, "it is called as %s", SIGNATURE);
  return false;
}

static bool bind_window_interval(Binder *binder, const AstExpr *ast, const char *what, int64_t *us) {
  Scope nothing = {.schema = &(Schema){0}};
  ExprContext context = {.binder = binder, .scope = &nothing, .clause = "TUMBLE"};
  Expr *expr = bind_expression(&context, ast);
  if (expr == NULL) return false;
  if (expr->kind != EXPR_LITERAL || expr->type.kind != TYPE_INTERVAL_DAY_TIME || expr->literal.is_null ||
      expr->literal.value.int64 > INT64_MAX / 2000 || expr->literal.value.int64 < -(INT64_MAX / 2000)) {
    error_at(binder->error, ERROR_USAGE, ast->place, "the %s of a window is an interval of days to seconds", what);
    error_hint(binder->error, "such as INTERVAL '1' MINUTE");
    return false;
  }
  *us = expr->literal.value.int64 * 1000;
  return true;
}

static bool bind_time_column(Binder *binder, const Logical *input, const AstExpr *descriptor, uint32_t *column) {
  const AstExpr *name = descriptor->call.arguments[0];
  Scope scope = {.schema = &input->schema};
  if (!scope_find(&scope, &name->path, column, binder->error)) return false;
  Type type = input->schema.fields[*column].type;
  if (type.is_row_time) return true;
  char text[TYPE_NAME_MAX];
  error_at(binder->error, ERROR_USAGE, name->place,
           "The window function requires the timecol is a time attribute type, but is %s", type_name(type, text));
  error_hint(binder->error, "a time attribute is a column with a WATERMARK, passed on unchanged by views and queries");
  return false;
}

Logical *bind_table_function(Binder *binder, const AstFrom *from) {
  static const char *const LATER[] = {"HOP", "CUMULATE", "SESSION", "UNNEST", "FROM_CHANGELOG", "TO_CHANGELOG"};
  const AstExpr *call = from->function.call;
  const char *name = call->call.name;
  for (size_t l = 0; l < sizeof LATER / sizeof LATER[0]; l++) {
    if (strcasecmp(name, LATER[l]) == 0)
      return bind_unsupported(binder, call->place, arena_printf(binder->arena, "the table function %s", LATER[l]),
                              NULL);
  }
  if (from->function.is_lateral) return bind_unsupported(binder, from->place, "LATERAL", NULL);
  if (strcasecmp(name, "TUMBLE") != 0) {
    error_at(binder->error, ERROR_USAGE, call->place, "there is no table function %s", name);
    error_hint(binder->error, "weir has TUMBLE(TABLE table, DESCRIPTOR(time_column), size [, offset])");
    return NULL;
  }
  TumbleArguments arguments;
  if (!gather_arguments(binder, call, &arguments)) return NULL;
  Logical *input = arguments.data->kind == AST_SUBQUERY ? bind_query_in(binder, arguments.data->subquery.query)
                                                        : bind_named_table(binder, arguments.data->table.from);
  if (input == NULL) return NULL;
  Logical *window = logical_new(binder, LOGICAL_WINDOW, call->place, 1);
  window->inputs[0] = input;
  if (!bind_time_column(binder, input, arguments.time_column, &window->tumble.time_column) ||
      !bind_window_interval(binder, arguments.size, "size", &window->tumble.size_us) ||
      (arguments.offset != NULL &&
       !bind_window_interval(binder, arguments.offset, "offset", &window->tumble.offset_us))) {
    return NULL;
  }
  if (window->tumble.size_us <= 0 || llabs(window->tumble.offset_us) >= window->tumble.size_us) {
    error_at(binder->error, ERROR_USAGE, call->place,
             "TUMBLE's size must be more than zero, and its offset smaller than its size");
    return NULL;
  }
  uint32_t n_input = input->schema.n_fields;
  Field *fields = arena_alloc(binder->arena, (n_input + 3) * sizeof *fields);
  if (n_input > 0) memcpy(fields, input->schema.fields, n_input * sizeof *fields);
  Type bound = type_timestamp(TYPE_TIMESTAMP, 3, false);
  Type time = type_timestamp(input->schema.fields[window->tumble.time_column].type.kind, 3, false);
  time.is_row_time = true;
  fields[n_input] = (Field){.name = "window_start", .type = bound};
  fields[n_input + 1] = (Field){.name = "window_end", .type = bound};
  fields[n_input + 2] = (Field){.name = "window_time", .type = time};
  window->schema = (Schema){.fields = fields, .n_fields = n_input + 3};
  window->window =
      (WindowColumns){.start = (int32_t)n_input, .end = (int32_t)n_input + 1, .time = (int32_t)n_input + 2};
  return window;
}

/* ---- joins ---- */

static void scope_append(Binder *binder, Scope *scope, const ScopeRelation *relations, uint32_t n_relations,
                         uint32_t column_shift) {
  ScopeRelation *grown = arena_alloc(binder->arena, (scope->n_relations + n_relations + 1) * sizeof *grown);
  if (scope->n_relations > 0) memcpy(grown, scope->relations, scope->n_relations * sizeof *grown);
  for (uint32_t r = 0; r < n_relations; r++) {
    grown[scope->n_relations + r] = relations[r];
    grown[scope->n_relations + r].first_column += column_shift;
  }
  scope->relations = grown;
  scope->n_relations += n_relations;
}

static Logical *bind_join(Binder *binder, const AstFrom *from, Scope *scope) {
  if (from->join.n_using > 0) return bind_unsupported(binder, from->place, "JOIN ... USING", "write the condition: ON");
  if (from->join.is_natural) return bind_unsupported(binder, from->place, "NATURAL JOIN", "write the condition: ON");
  Scope right_scope = {0};
  Logical *left = bind_from(binder, from->join.left, scope);
  Logical *right = left == NULL ? NULL : bind_from(binder, from->join.right, &right_scope);
  if (right == NULL) return NULL;
  Logical *join = logical_new(binder, LOGICAL_JOIN, from->place, 2);
  join->inputs[0] = left;
  join->inputs[1] = right;
  join->join.kind = from->join.kind;
  uint32_t n_left = left->schema.n_fields;
  uint32_t n_right = right->schema.n_fields;
  if (n_left + n_right > COLUMNS_MAX) {
    error_at(binder->error, ERROR_USAGE, from->place, "a join of more than %d columns", COLUMNS_MAX);
    return NULL;
  }
  Field *fields = arena_alloc(binder->arena, (n_left + n_right + 1) * sizeof *fields);
  if (n_left > 0) memcpy(fields, left->schema.fields, n_left * sizeof *fields);
  if (n_right > 0) memcpy(fields + n_left, right->schema.fields, n_right * sizeof *fields);
  join->schema = (Schema){.fields = fields, .n_fields = n_left + n_right};
  scope_append(binder, scope, right_scope.relations, right_scope.n_relations, n_left);
  scope->schema = &join->schema;
  if (from->join.on != NULL) {
    ExprContext context = {.binder = binder, .scope = scope, .clause = "ON"};
    join->join.condition = bind_condition(&context, from->join.on);
    if (join->join.condition == NULL) return NULL;
  }
  bool pads_left = from->join.kind == AST_JOIN_RIGHT || from->join.kind == AST_JOIN_FULL;
  bool pads_right = from->join.kind == AST_JOIN_LEFT || from->join.kind == AST_JOIN_FULL;
  for (uint32_t c = 0; c < n_left + n_right; c++) {
    if (c < n_left ? pads_left : pads_right) fields[c].type.nullable = true;
  }
  return join;
}

/* ---- FROM ---- */

static Logical *bind_from_item(Binder *binder, const AstFrom *from) {
  switch (from->kind) {
    case FROM_TABLE:
      return bind_named_table(binder, from);
    case FROM_QUERY:
      return bind_query_in(binder, from->query);
    case FROM_FUNCTION:
      return bind_table_function(binder, from);
    case FROM_JOIN:
      break;
  }
  return NULL;
}

Logical *bind_from(Binder *binder, const AstFrom *from, Scope *scope) {
  if (from->kind == FROM_JOIN) return bind_join(binder, from, scope);
  Logical *plan = bind_from_item(binder, from);
  if (plan == NULL) return NULL;
  const char *alias = from->alias != NULL ? from->alias->text : NULL;
  if (alias == NULL && from->kind == FROM_TABLE) alias = from->table.path.parts[from->table.path.n_parts - 1].text;
  if (from->alias != NULL && from->n_alias_columns > 0) {
    plan = rename_columns(binder, plan, from->alias_columns, from->n_alias_columns, alias, from->alias->place);
    if (plan == NULL) return NULL;
  }
  ScopeRelation relation = {.alias = alias, .first_column = 0, .n_columns = plan->schema.n_fields};
  scope_append(binder, scope, &relation, 1, 0);
  scope->schema = &plan->schema;
  return plan;
}
