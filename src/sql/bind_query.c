/* Queries: SELECT with GROUP BY and HAVING, UNION ALL, VALUES, WITH. */
#include <string.h>

#include "sql/binder.h"

/* ---- the select list ---- */

typedef struct SelectList {
  Expr **exprs;
  const char **names;
  uint32_t n_items;
} SelectList;

static bool name_is_taken(const SelectList *list, const char *name) {
  for (uint32_t i = 0; i < list->n_items; i++) {
    if (strcmp(list->names[i], name) == 0) return true;
  }
  return false;
}

/* As Calcite makes them unique: the second "id" is "id0", the next "id1". */
static const char *unique_name(Binder *binder, const SelectList *list, const char *name) {
  const char *unique = name;
  for (uint32_t attempt = 0; name_is_taken(list, unique); attempt++)
    unique = arena_printf(binder->arena, "%s%u", name, attempt);
  return unique;
}

static bool list_append(Binder *binder, SelectList *list, Expr *expr, const char *name, SourcePlace place) {
  if (list->n_items == COLUMNS_MAX) {
    return error_at(binder->error, ERROR_USAGE, place, "more than %d columns", COLUMNS_MAX);
  }
  if (list->exprs == NULL) {
    list->exprs = arena_alloc(binder->arena, COLUMNS_MAX * sizeof *list->exprs);
    list->names = arena_alloc(binder->arena, COLUMNS_MAX * sizeof *list->names);
  }
  list->exprs[list->n_items] = expr;
  list->names[list->n_items] = unique_name(binder, list, name);
  list->n_items++;
  return true;
}

/* A bare NULL takes the type of the INSERT's column, if there is one. */
static Expr *give_null_a_type(Binder *binder, Expr *expr, uint32_t position) {
  if (expr->type.kind != TYPE_NULL) return expr;
  if (binder->target != NULL && position < binder->target->n_fields) {
    Type type = binder->target->fields[position].type;
    type.nullable = true;
    type.is_row_time = false;
    return expr_null(binder->arena, type, expr->place);
  }
  error_at(binder->error, ERROR_USAGE, expr->place, "Illegal use of 'NULL': its type is not known");
  error_hint(binder->error, "say which: CAST(NULL AS STRING)");
  return NULL;
}

static bool bind_star(const ExprContext *context, const AstSelectItem *item, SelectList *list) {
  Binder *binder = context->binder;
  const Scope *scope = context->scope;
  uint32_t first = 0;
  uint32_t n_columns = scope->schema->n_fields;
  if (scope->n_relations == 0)
    return error_at(binder->error, ERROR_USAGE, item->place, "SELECT * must have a FROM clause");
  if (item->star_of.n_parts > 0) {
    const ScopeRelation *relation = scope_find_relation(scope, &item->star_of, item->star_of.n_parts, binder->error);
    if (relation == NULL) return false;
    first = relation->first_column;
    n_columns = relation->n_columns;
  }
  for (uint32_t c = first; c < first + n_columns; c++) {
    const Field *field = &scope->schema->fields[c];
    if (!list_append(binder, list, expr_column(binder->arena, c, field->type, item->place), field->name, item->place))
      return false;
  }
  return true;
}

static bool bind_select_list(const ExprContext *context, const AstSelect *select, SelectList *list) {
  Binder *binder = context->binder;
  for (uint32_t i = 0; i < select->n_items; i++) {
    const AstSelectItem *item = &select->items[i];
    if (item->expr == NULL) {
      if (!bind_star(context, item, list)) return false;
      continue;
    }
    Expr *expr = bind_expression(context, item->expr);
    if (expr == NULL || (expr = give_null_a_type(binder, expr, list->n_items)) == NULL) return false;
    const char *name = item->alias != NULL              ? item->alias->text
                       : item->expr->kind == AST_COLUMN ? item->expr->path.parts[item->expr->path.n_parts - 1].text
                                                        : arena_printf(binder->arena, "EXPR$%u", list->n_items);
    if (!list_append(binder, list, expr, name, item->place)) return false;
  }
  return true;
}

/* ---- GROUP BY ---- */

static bool bind_keys(const ExprContext *context, const AstSelect *select, Grouping *grouping) {
  Binder *binder = context->binder;
  grouping->keys = arena_alloc(binder->arena, (select->n_group_by + 1) * sizeof *grouping->keys);
  for (uint32_t g = 0; g < select->n_group_by; g++) {
    const AstGroupItem *item = &select->group_by[g];
    static const char *const NAMES[] = {
        [GROUP_SETS] = "GROUPING SETS", [GROUP_ROLLUP] = "ROLLUP", [GROUP_CUBE] = "CUBE"};
    if (item->kind != GROUP_PLAIN) return bind_unsupported(binder, item->place, NAMES[item->kind], NULL) != NULL;
    Expr *key = bind_expression(context, item->expr);
    if (key == NULL || (key = give_null_a_type(binder, key, UINT32_MAX)) == NULL) return false;
    bool is_known = false;
    for (uint32_t k = 0; k < grouping->n_keys; k++) is_known |= expr_equal(grouping->keys[k], key);
    if (!is_known) grouping->keys[grouping->n_keys++] = key;
  }
  return true;
}

static int32_t key_of_column(const Grouping *grouping, int32_t column) {
  for (uint32_t k = 0; k < grouping->n_keys && column >= 0; k++) {
    if (grouping->keys[k]->kind == EXPR_COLUMN && grouping->keys[k]->column == (uint32_t)column) return (int32_t)k;
  }
  return -1;
}

/* The node; its aggregates are known once the select list and HAVING are bound. */
static Logical *make_aggregate(Binder *binder, Logical *input, Grouping *grouping, SourcePlace place) {
  Logical *aggregate = logical_new(binder, LOGICAL_AGGREGATE, place, 1);
  aggregate->inputs[0] = input;
  aggregate->aggregate.keys = grouping->keys;
  aggregate->aggregate.n_keys = grouping->n_keys;
  aggregate->aggregate.calls = grouping->calls;
  aggregate->aggregate.n_calls = grouping->n_calls;
  aggregate->window = (WindowColumns){.start = key_of_column(grouping, input->window.start),
                                      .end = key_of_column(grouping, input->window.end),
                                      .time = key_of_column(grouping, input->window.time)};
  uint32_t n_fields = grouping->n_keys + grouping->n_calls;
  Field *fields = arena_alloc(binder->arena, (n_fields + 1) * sizeof *fields);
  for (uint32_t k = 0; k < grouping->n_keys; k++) {
    const Expr *key = grouping->keys[k];
    /* Rows come when their window ends: of the times in them, only the window's is still a time attribute. */
    if ((int32_t)k != aggregate->window.time) grouping->keys[k]->type.is_row_time = false;
    fields[k] = (Field){.name = key->kind == EXPR_COLUMN ? input->schema.fields[key->column].name
                                                         : arena_printf(binder->arena, "$f%u", k),
                        .type = key->type};
  }
  for (uint32_t c = 0; c < grouping->n_calls; c++) {
    uint32_t f = grouping->n_keys + c;
    fields[f] = (Field){.name = arena_printf(binder->arena, "$f%u", f), .type = grouping->calls[c].call.result_type};
  }
  aggregate->schema = (Schema){.fields = fields, .n_fields = n_fields};
  return aggregate;
}

static Logical *bind_grouped(Binder *binder, const AstSelect *select, Logical *input, const Scope *scope,
                             SourcePlace place) {
  Grouping grouping = {0};
  ExprContext context = {.binder = binder, .scope = scope, .select = select, .clause = "GROUP BY"};
  if (!bind_keys(&context, select, &grouping)) return NULL;
  SelectList list = {0};
  context.grouping = &grouping;
  context.clause = "SELECT";
  if (!bind_select_list(&context, select, &list)) return NULL;
  Expr *having = NULL;
  context.clause = "HAVING";
  if (select->having != NULL && (having = bind_condition(&context, select->having)) == NULL) return NULL;
  Logical *plan = make_aggregate(binder, input, &grouping, place);
  if (having != NULL) {
    having = grouping_rewrite(binder, &grouping, scope->schema, having, "HAVING");
    if (having == NULL) return NULL;
    plan = logical_filter(binder, plan, having, select->having->place);
  }
  for (uint32_t i = 0; i < list.n_items; i++) {
    list.exprs[i] = grouping_rewrite(binder, &grouping, scope->schema, list.exprs[i], "SELECT");
    if (list.exprs[i] == NULL) return NULL;
  }
  return logical_project(binder, plan, list.exprs, list.names, list.n_items, place);
}

/* ---- SELECT ---- */

static Logical *make_over(Binder *binder, Logical *input, const OverCalls *calls, SourcePlace place) {
  Logical *over = logical_new(binder, LOGICAL_OVER, place, 1);
  over->inputs[0] = input;
  over->window = input->window;
  over->over.partition_by = calls->partition_by;
  over->over.n_partition_by = calls->n_partition_by;
  over->over.time_column = calls->time_column;
  over->over.preceding_us = calls->preceding_us;
  over->over.calls = calls->calls;
  over->over.n_calls = calls->n_calls;
  uint32_t n_input = input->schema.n_fields;
  Field *fields = arena_alloc(binder->arena, (n_input + calls->n_calls) * sizeof *fields);
  memcpy(fields, input->schema.fields, n_input * sizeof *fields);
  for (uint32_t c = 0; c < calls->n_calls; c++) {
    fields[n_input + c] =
        (Field){.name = arena_printf(binder->arena, "w0$o%u", c), .type = calls->calls[c].call.result_type};
  }
  over->schema = (Schema){.fields = fields, .n_fields = n_input + calls->n_calls};
  return over;
}

static Logical *bind_ungrouped(Binder *binder, const AstSelect *select, Logical *input, const Scope *scope,
                               SourcePlace place) {
  OverCalls over = {0};
  SelectList list = {0};
  ExprContext context = {.binder = binder, .scope = scope, .over = &over, .select = select, .clause = "SELECT"};
  if (!bind_select_list(&context, select, &list)) return NULL;
  if (over.n_calls > 0) input = make_over(binder, input, &over, place);
  return logical_project(binder, input, list.exprs, list.names, list.n_items, place);
}

static bool is_grouped(const AstSelect *select) {
  if (select->has_group_by || select->having != NULL) return true;
  for (uint32_t i = 0; i < select->n_items; i++) {
    if (select->items[i].expr != NULL && has_aggregate(select->items[i].expr)) return true;
  }
  return false;
}

static Logical *bind_select(Binder *binder, const AstQuery *query) {
  const AstSelect *select = &query->select;
  if (select->is_distinct) return bind_unsupported(binder, query->place, "SELECT DISTINCT", NULL);
  /* Only the outermost select list knows where its columns go. */
  const Schema *target = binder->target;
  binder->target = NULL;
  Scope scope = {.schema = &(Schema){0}};
  Logical *plan =
      select->from == NULL ? logical_one_row(binder, query->place) : bind_from(binder, select->from, &scope);
  binder->target = target;
  if (plan == NULL) return NULL;
  if (select->where != NULL) {
    ExprContext context = {.binder = binder, .scope = &scope, .clause = "WHERE"};
    Expr *condition = bind_condition(&context, select->where);
    if (condition == NULL) return NULL;
    plan = logical_filter(binder, plan, condition, select->where->place);
  }
  return is_grouped(select) ? bind_grouped(binder, select, plan, &scope, query->place)
                            : bind_ungrouped(binder, select, plan, &scope, query->place);
}

/* ---- UNION ALL ---- */

/* The input with its columns cast to the union's types, if any differs. */
static Logical *cast_columns(Binder *binder, Logical *input, const Schema *schema, SourcePlace place) {
  uint32_t n_fields = schema->n_fields;
  Expr **exprs = arena_alloc(binder->arena, (n_fields + 1) * sizeof *exprs);
  const char **names = arena_alloc(binder->arena, (n_fields + 1) * sizeof *names);
  bool is_changed = false;
  for (uint32_t c = 0; c < n_fields; c++) {
    Type from = input->schema.fields[c].type;
    Type to = schema->fields[c].type;
    exprs[c] = expr_column(binder->arena, c, from, place);
    names[c] = schema->fields[c].name;
    if (type_same(from, to)) continue;
    to.nullable = from.nullable;
    exprs[c] = function_cast(binder->arena, exprs[c], to, false, place, &binder->context->settings, binder->error);
    if (exprs[c] == NULL) return NULL;
    is_changed = true;
  }
  return is_changed ? logical_project(binder, input, exprs, names, n_fields, place) : input;
}

static bool union_schema(Binder *binder, const Logical *left, const Logical *right, SourcePlace place, Schema *schema) {
  uint32_t n_fields = left->schema.n_fields;
  if (n_fields != right->schema.n_fields) {
    error_at(binder->error, ERROR_USAGE, place, "Column count mismatch in UNION ALL: %u on the left, %u on the right",
             n_fields, right->schema.n_fields);
    return false;
  }
  schema->fields = arena_alloc(binder->arena, (n_fields + 1) * sizeof *schema->fields);
  schema->n_fields = n_fields;
  for (uint32_t c = 0; c < n_fields; c++) {
    Type types[] = {left->schema.fields[c].type, right->schema.fields[c].type};
    Type common;
    if (!function_common_type(types, 2, &common)) {
      char left_name[TYPE_NAME_MAX];
      char right_name[TYPE_NAME_MAX];
      error_at(binder->error, ERROR_USAGE, place, "Type mismatch in column %u of UNION ALL: '%s' is %s, '%s' is %s",
               c + 1, left->schema.fields[c].name, type_name(types[0], left_name), right->schema.fields[c].name,
               type_name(types[1], right_name));
      return false;
    }
    common.nullable = types[0].nullable || types[1].nullable;
    common.is_row_time = types[0].is_row_time && types[1].is_row_time && type_same(types[0], types[1]);
    schema->fields[c] = (Field){.name = left->schema.fields[c].name, .type = common};
  }
  return true;
}

/* Three tables in a row make one union of three inputs. */
static Logical *make_union(Binder *binder, Logical *left, Logical *right, const Schema *schema, SourcePlace place) {
  Logical *const *lefts = left->kind == LOGICAL_UNION_ALL ? left->inputs : &left;
  uint32_t n_lefts = left->kind == LOGICAL_UNION_ALL ? left->n_inputs : 1;
  Logical *result = logical_new(binder, LOGICAL_UNION_ALL, place, n_lefts + 1);
  memcpy(result->inputs, lefts, n_lefts * sizeof *lefts);
  result->inputs[n_lefts] = right;
  result->schema = *schema;
  bool same_window = left->window.start == right->window.start && left->window.end == right->window.end &&
                     left->window.time == right->window.time;
  if (same_window) result->window = left->window;
  return result;
}

static Logical *bind_set_operation(Binder *binder, const AstQuery *query) {
  if (query->set.operation != SET_UNION || !query->set.is_all) {
    static const char *const NAMES[] = {[SET_UNION] = "UNION", [SET_INTERSECT] = "INTERSECT", [SET_EXCEPT] = "EXCEPT"};
    return bind_unsupported(binder, query->place, NAMES[query->set.operation],
                            query->set.operation == SET_UNION ? "weir has UNION ALL" : NULL);
  }
  Logical *left = bind_query_in(binder, query->set.left);
  Logical *right = left == NULL ? NULL : bind_query_in(binder, query->set.right);
  Schema schema;
  if (right == NULL || !union_schema(binder, left, right, query->place, &schema) ||
      (left = cast_columns(binder, left, &schema, query->place)) == NULL ||
      (right = cast_columns(binder, right, &schema, query->place)) == NULL) {
    return NULL;
  }
  return make_union(binder, left, right, &schema, query->place);
}

/* ---- VALUES ---- */

/* The rows as bound; *are_constant: all of it is literals. */
static Expr ***bind_rows(Binder *binder, const AstQuery *query, uint32_t n_columns, bool *are_constant) {
  Scope scope = {.schema = &(Schema){0}};
  ExprContext context = {.binder = binder, .scope = &scope, .clause = "VALUES"};
  Expr ***rows = arena_alloc(binder->arena, query->values.n_rows * sizeof *rows);
  *are_constant = true;
  for (uint32_t r = 0; r < query->values.n_rows; r++) {
    if (query->values.row_sizes[r] != n_columns) {
      error_at(binder->error, ERROR_USAGE, query->values.rows[r][0]->place,
               "Values passed to VALUES operator must have compatible types: row 1 has %u columns, row %u has %u",
               n_columns, r + 1, query->values.row_sizes[r]);
      return NULL;
    }
    rows[r] = arena_alloc(binder->arena, n_columns * sizeof *rows[r]);
    for (uint32_t c = 0; c < n_columns; c++) {
      if ((rows[r][c] = bind_expression(&context, query->values.rows[r][c])) == NULL) return NULL;
    }
  }
  return rows;
}

/* Casts a column's values to their common type. */
static bool unify_column(Binder *binder, Expr ***rows, uint32_t n_rows, uint32_t c, Type *common, bool *are_constant) {
  Type *types = arena_alloc(binder->arena, n_rows * sizeof *types);
  for (uint32_t r = 0; r < n_rows; r++) types[r] = rows[r][c]->type;
  if (!function_common_type(types, n_rows, common)) {
    bool are_null = true;
    for (uint32_t r = 0; r < n_rows; r++) are_null &= types[r].kind == TYPE_NULL;
    if (!are_null) {
      return error_at(binder->error, ERROR_USAGE, rows[0][c]->place,
                      "Values passed to VALUES operator must have compatible types: column %u has not", c + 1);
    }
    const Expr *typed = give_null_a_type(binder, rows[0][c], c);
    if (typed == NULL) return false;
    *common = typed->type;
  }
  common->nullable = false;
  for (uint32_t r = 0; r < n_rows; r++) {
    common->nullable |= types[r].nullable;
    Type type = *common;
    type.nullable = types[r].nullable;
    rows[r][c] = types[r].kind == TYPE_NULL ? expr_null(binder->arena, type, rows[r][c]->place)
                                            : function_cast(binder->arena, rows[r][c], type, false, rows[r][c]->place,
                                                            &binder->context->settings, binder->error);
    if (rows[r][c] == NULL) return false;
    *are_constant &= rows[r][c]->kind == EXPR_LITERAL;
  }
  return true;
}

static Logical *bind_values(Binder *binder, const AstQuery *query) {
  uint32_t n_columns = query->values.row_sizes[0];
  uint32_t n_rows = query->values.n_rows;
  bool are_constant;
  Expr ***rows = bind_rows(binder, query, n_columns, &are_constant);
  if (rows == NULL) return NULL;
  Schema schema = {.fields = arena_alloc(binder->arena, (n_columns + 1) * sizeof(Field)), .n_fields = n_columns};
  const char **names = arena_alloc(binder->arena, (n_columns + 1) * sizeof *names);
  for (uint32_t c = 0; c < n_columns; c++) {
    names[c] = arena_printf(binder->arena, "EXPR$%u", c);
    schema.fields[c].name = names[c];
    if (!unify_column(binder, rows, n_rows, c, &schema.fields[c].type, &are_constant)) return NULL;
  }
  if (are_constant) {
    Logical *values = logical_new(binder, LOGICAL_VALUES, query->place, 0);
    values->schema = schema;
    values->values.rows = rows;
    values->values.n_rows = n_rows;
    return values;
  }
  /* Something to compute, such as CURRENT_TIMESTAMP: a SELECT without FROM for each row. */
  Logical *plan = NULL;
  for (uint32_t r = 0; r < n_rows; r++) {
    Logical *row =
        logical_project(binder, logical_one_row(binder, query->place), rows[r], names, n_columns, query->place);
    plan = plan == NULL ? row : make_union(binder, plan, row, &schema, query->place);
  }
  return plan;
}

/* ---- WITH and the whole ---- */

static bool bind_with(Binder *binder, const AstQuery *query) {
  for (uint32_t w = 0; w < query->n_with; w++) {
    const AstWith *with = &query->with[w];
    WithScope *scope = arena_alloc_zeroed(binder->arena, sizeof *scope);
    AstFrom from = {.kind = FROM_QUERY, .place = with->name.place, .query = with->query};
    AstName alias = with->name;
    if (with->n_columns > 0) {
      from.alias = &alias;
      from.alias_columns = with->columns;
      from.n_alias_columns = with->n_columns;
    }
    Scope names = {0};
    const Schema *target = binder->target;
    binder->target = NULL;
    scope->plan = bind_from(binder, &from, &names);
    binder->target = target;
    if (scope->plan == NULL) return false;
    scope->name = with->name.text;
    scope->outer = binder->with;
    binder->with = scope;
  }
  return true;
}

Logical *bind_query_in(Binder *binder, const AstQuery *query) {
  if (query->n_order_by > 0)
    return bind_unsupported(binder, query->order_by[0].expr->place, "ORDER BY", "results come in time order");
  if (query->limit != NULL) return bind_unsupported(binder, query->limit->place, "LIMIT", NULL);
  if (query->offset != NULL) return bind_unsupported(binder, query->offset->place, "OFFSET", NULL);
  const WithScope *outer = binder->with;
  Logical *plan = NULL;
  if (bind_with(binder, query)) {
    switch (query->kind) {
      case QUERY_SELECT:
        plan = bind_select(binder, query);
        break;
      case QUERY_VALUES:
        plan = bind_values(binder, query);
        break;
      case QUERY_SET_OPERATION:
        plan = bind_set_operation(binder, query);
        break;
    }
  }
  binder->with = outer;
  return plan;
}

Logical *bind_query(const BindContext *context, const AstQuery *query, Error *error) {
  Binder binder = {.context = context, .arena = context->arena, .error = error};
  return bind_query_in(&binder, query);
}
