/* Queries: WITH, SELECT, VALUES, set operations, FROM with its joins, windows. */
#include <string.h>
#include <strings.h>

#include "sql/parser.h"

static AstFrom *parse_from(Parser *parser);

static AstFrom *from_new(Parser *parser, AstFromKind kind) {
  AstFrom *from = arena_alloc_zeroed(parser->arena, sizeof *from);
  from->kind = kind;
  from->place = parser_token(parser)->place;
  return from;
}

/* ---- windows and orders ---- */

bool parse_order_by(Parser *parser, AstOrderItem **items, uint32_t *n_items) {
  if (!parser_expect_word(parser, "ORDER") || !parser_expect_word(parser, "BY")) return false;
  do {
    AstOrderItem item = {0};
    if ((item.expr = parse_expression(parser)) == NULL) return false;
    if (parser_accept_word(parser, "DESC")) {
      item.is_descending = true;
    } else {
      parser_accept_word(parser, "ASC");
    }
    if (parser_accept_word(parser, "NULLS")) {
      item.has_nulls_order = true;
      item.nulls_first = parser_accept_word(parser, "FIRST");
      if (!item.nulls_first && !parser_accept_word(parser, "LAST")) return parser_expected(parser, "FIRST or LAST");
    }
    PARSER_APPEND(parser, *items, *n_items, item);
  } while (parser_accept_symbol(parser, ","));
  return true;
}

static bool parse_frame_bound(Parser *parser, AstFrameBound *bound) {
  if (parser_accept_words(parser, "CURRENT", "ROW")) {
    bound->kind = FRAME_CURRENT_ROW;
    return true;
  }
  if (parser_accept_word(parser, "UNBOUNDED")) {
    bound->kind = parser_is_word(parser, 0, "FOLLOWING") ? FRAME_UNBOUNDED_FOLLOWING : FRAME_UNBOUNDED_PRECEDING;
    return parser_accept_word(parser, "FOLLOWING") || parser_accept_word(parser, "PRECEDING") ||
           parser_expected(parser, "PRECEDING or FOLLOWING");
  }
  bound->offset = parse_expression(parser);
  if (bound->offset == NULL) return false;
  bound->kind = parser_is_word(parser, 0, "FOLLOWING") ? FRAME_FOLLOWING : FRAME_PRECEDING;
  return parser_accept_word(parser, "FOLLOWING") || parser_accept_word(parser, "PRECEDING") ||
         parser_expected(parser, "PRECEDING or FOLLOWING");
}

bool parse_window(Parser *parser, AstWindow *window) {
  window->place = parser_token(parser)->place;
  if (parser_is_name(parser, 0) && !parser_is_word(parser, 0, "PARTITION")) {
    window->name = arena_alloc_zeroed(parser->arena, sizeof(AstName));
    if (!parser_expect_name(parser, "a window's name", window->name)) return false;
  }
  if (parser_accept_word(parser, "PARTITION") &&
      (!parser_expect_word(parser, "BY") ||
       !parse_expression_list(parser, &window->partition_by, &window->n_partition_by))) {
    return false;
  }
  if (parser_is_word(parser, 0, "ORDER") && !parse_order_by(parser, &window->order_by, &window->n_order_by))
    return false;
  window->is_range = parser_is_word(parser, 0, "RANGE");
  if (!parser_accept_word(parser, "RANGE") && !parser_accept_word(parser, "ROWS")) return true;
  window->has_frame = true;
  window->upper.kind = FRAME_CURRENT_ROW;
  if (!parser_accept_word(parser, "BETWEEN")) return parse_frame_bound(parser, &window->lower);
  /* The bounds' own AND: an offset stops before it, since it is no interval of a BETWEEN. */
  return parse_frame_bound(parser, &window->lower) && parser_expect_word(parser, "AND") &&
         parse_frame_bound(parser, &window->upper);
}

/* ---- FROM ---- */

static bool parse_alias(Parser *parser, AstFrom *from) {
  bool has_as = parser_accept_word(parser, "AS");
  if (!has_as && !parser_is_name(parser, 0)) return true;
  from->alias = arena_alloc_zeroed(parser->arena, sizeof(AstName));
  if (!parser_expect_name(parser, "an alias", from->alias)) return false;
  return !parser_is_symbol(parser, 0, "(") || parse_name_list(parser, &from->alias_columns, &from->n_alias_columns);
}

static bool refuse_hint(Parser *parser, const char *what) {
  const Token *token = parser_token(parser);
  if (token->kind != TOKEN_HINT) return true;
  return error_at(parser->error, ERROR_UNSUPPORTED, token->place, "hints on %s are not supported", what);
}

/* Behind TABLE, as an argument of a table function: TABLE t, TABLE t PARTITION BY ... */
AstFrom *parse_table_argument(Parser *parser) {
  AstFrom *from = from_new(parser, FROM_TABLE);
  if (!parser_expect_word(parser, "TABLE")) return NULL;
  from->place = parser_token(parser)->place;
  /* As in Flink, TABLE takes a name, and a query stands there without it. */
  if (!parse_path(parser, "a table name", &from->table.path)) {
    if (parser_is_symbol(parser, 0, "("))
      error_hint(parser->error, "TABLE takes a name; a query is written (SELECT ...)");
    return NULL;
  }
  if (parser_is_word(parser, 0, "PARTITION")) {
    error_at(parser->error, ERROR_UNSUPPORTED, parser_token(parser)->place,
             "PARTITION BY in a window function is not supported yet");
    return NULL;
  }
  return from;
}

static AstFrom *parse_function(Parser *parser, bool is_wrapped) {
  AstFrom *from = from_new(parser, FROM_FUNCTION);
  from->function.call = parse_expression(parser);
  if (from->function.call == NULL || (is_wrapped && !parser_expect_symbol(parser, ")"))) return NULL;
  if (from->function.call->kind != AST_CALL || from->function.call->call.is_operator) {
    error_at(parser->error, ERROR_USAGE, from->place, "expected a table function such as TUMBLE(...)");
    return NULL;
  }
  return parse_alias(parser, from) ? from : NULL;
}

static AstFrom *parse_from_item(Parser *parser) {
  if (!parser_enter(parser)) return NULL;
  AstFrom *from = NULL;
  bool is_lateral = parser_accept_word(parser, "LATERAL");
  if (parser_is_word(parser, 0, "TABLE") && parser_is_symbol(parser, 1, "(")) {
    parser->position += 2;
    from = parse_function(parser, true);
    if (from != NULL) from->function.is_lateral = is_lateral;
  } else if (parser_is_word(parser, 0, "TABLE")) {
    parser->position++;
    parser_expected(parser, "'('");
    error_hint(parser->error, "TABLE(...) holds a table function such as TUMBLE; a table's name stands alone");
    return NULL;
  } else if (is_lateral) {
    error_at(parser->error, ERROR_UNSUPPORTED, parser_token(parser)->place,
             "LATERAL is supported only before TABLE(...)");
  } else if (parser_is_symbol(parser, 0, "(")) {
    bool is_query = parser_is_word(parser, 1, "SELECT") || parser_is_word(parser, 1, "WITH") ||
                    parser_is_word(parser, 1, "VALUES") || parser_is_symbol(parser, 1, "(");
    if (is_query) {
      from = from_new(parser, FROM_QUERY);
      parser->position++;
      from->query = parse_query(parser);
      if (from->query == NULL || !parser_expect_symbol(parser, ")") || !parse_alias(parser, from)) return NULL;
    } else { /* a join in parentheses */
      parser->position++;
      from = parse_from(parser);
      if (from == NULL) return NULL;
      if (from->kind != FROM_JOIN) {
        parser_expected(parser, "a join");
        error_hint(parser->error, "in parentheses stands a query or a join; a table needs none");
        return NULL;
      }
      if (!parser_expect_symbol(parser, ")")) return NULL;
    }
  } else if (parser_token(parser)->kind == TOKEN_WORD && parser_is_symbol(parser, 1, "(")) {
    from = parse_function(parser, false);
  } else {
    from = from_new(parser, FROM_TABLE);
    if (!parse_path(parser, "a table name", &from->table.path)) return NULL;
    if (!refuse_hint(parser, "tables")) return NULL;
    if (parser_is_word(parser, 0, "FOR") && parser_is_word(parser, 1, "SYSTEM_TIME")) {
      parser->position += 2;
      if (!parser_expect_word(parser, "AS") || !parser_expect_word(parser, "OF")) return NULL;
      from->table.as_of = parse_expression(parser);
      if (from->table.as_of == NULL) return NULL;
    }
    if (parser_is_word(parser, 0, "TABLESAMPLE") || parser_is_word(parser, 0, "MATCH_RECOGNIZE") ||
        parser_is_word(parser, 0, "PIVOT") || parser_is_word(parser, 0, "UNPIVOT")) {
      error_at(parser->error, ERROR_UNSUPPORTED, parser_token(parser)->place, "%s is not supported yet",
               parser_token(parser)->text);
      return NULL;
    }
    if (!parse_alias(parser, from)) return NULL;
  }
  parser_leave(parser);
  return from;
}

/* Whether a join begins here, and which; moves past its words. */
static bool accept_join(Parser *parser, AstJoinKind *kind, bool *is_natural) {
  *is_natural = parser_is_word(parser, 0, "NATURAL");
  if (*is_natural) parser->position++;
  *kind = AST_JOIN_INNER;
  if (parser_accept_symbol(parser, ",")) {
    *kind = AST_JOIN_CROSS;
    return true;
  }
  if (parser_accept_words(parser, "CROSS", "JOIN")) {
    *kind = AST_JOIN_CROSS;
    return true;
  }
  static const struct {
    const char *word;
    AstJoinKind kind;
  } OUTERS[] = {{"LEFT", AST_JOIN_LEFT}, {"RIGHT", AST_JOIN_RIGHT}, {"FULL", AST_JOIN_FULL}};
  for (size_t o = 0; o < sizeof OUTERS / sizeof OUTERS[0]; o++) {
    bool has_outer = parser_is_word(parser, 1, "OUTER");
    if (parser_is_word(parser, 0, OUTERS[o].word) && parser_is_word(parser, has_outer ? 2 : 1, "JOIN")) {
      parser->position += has_outer ? 3 : 2;
      *kind = OUTERS[o].kind;
      return true;
    }
  }
  return parser_accept_words(parser, "INNER", "JOIN") || parser_accept_word(parser, "JOIN");
}

static AstFrom *parse_from(Parser *parser) {
  AstFrom *left = parse_from_item(parser);
  while (left != NULL) {
    SourcePlace place = parser_token(parser)->place;
    AstJoinKind kind;
    bool is_natural;
    if (!accept_join(parser, &kind, &is_natural)) {
      if (is_natural) {
        parser_expected(parser, "JOIN");
        return NULL;
      }
      break;
    }
    if (!parser_check_height(parser, ++parser->tallest, place)) return NULL; /* each join is a level of the tree */
    AstFrom *join = from_new(parser, FROM_JOIN);
    join->place = place;
    join->join.kind = kind;
    join->join.is_natural = is_natural;
    join->join.left = left;
    if ((join->join.right = parse_from_item(parser)) == NULL) return NULL;
    if (parser_accept_word(parser, "ON")) {
      if ((join->join.on = parse_expression(parser)) == NULL) return NULL;
    } else if (parser_accept_word(parser, "USING")) {
      if (!parse_name_list(parser, &join->join.using_columns, &join->join.n_using)) return NULL;
    } else if (kind != AST_JOIN_CROSS && !is_natural) {
      parser_expected(parser, "ON or USING");
      return NULL;
    }
    left = join;
  }
  return left;
}

/* ---- SELECT ---- */

static bool parse_select_item(Parser *parser, AstSelectItem *item) {
  *item = (AstSelectItem){.place = parser_token(parser)->place};
  if (parser_accept_symbol(parser, "*")) return true;
  AstExpr *expr = parse_expression(parser);
  if (expr == NULL) return false;
  if (expr->kind == AST_COLUMN && parser_is_symbol(parser, 0, ".") && parser_is_symbol(parser, 1, "*")) {
    parser->position += 2;
    item->star_of = expr->path;
    return true;
  }
  item->expr = expr;
  if (parser_accept_word(parser, "AS") || parser_is_name(parser, 0)) {
    item->alias = arena_alloc_zeroed(parser->arena, sizeof(AstName));
    return parser_expect_name(parser, "a column's name", item->alias);
  }
  return true;
}

/* ((a, b), c, ()) of GROUPING SETS, or (a, b) of ROLLUP and CUBE. */
static bool parse_grouping_sets(Parser *parser, AstGroupItem *item) {
  if (!parser_expect_symbol(parser, "(")) return false;
  uint32_t n_sizes = 0;
  do {
    AstExpr **set = NULL;
    uint32_t n_set = 0;
    if (parser_is_symbol(parser, 0, "(")) {
      parser->position++;
      if (!parser_is_symbol(parser, 0, ")") && !parse_expression_list(parser, &set, &n_set)) return false;
      if (!parser_expect_symbol(parser, ")")) return false;
    } else {
      AstExpr *expr = parse_expression(parser);
      if (expr == NULL) return false;
      PARSER_APPEND(parser, set, n_set, expr);
    }
    PARSER_APPEND(parser, item->sets, item->n_sets, set);
    PARSER_APPEND(parser, item->set_sizes, n_sizes, n_set);
  } while (parser_accept_symbol(parser, ","));
  return parser_expect_symbol(parser, ")");
}

static bool is_row_at(const AstExpr *expr, SourcePlace place) {
  return expr->kind == AST_CALL && !expr->call.is_operator && strcmp(expr->call.name, "ROW") == 0 &&
         expr->place.line == place.line && expr->place.column == place.column;
}

static bool parse_group_by(Parser *parser, AstSelect *select) {
  select->has_group_by = true;
  do {
    AstGroupItem item = {.place = parser_token(parser)->place};
    if (parser_accept_words(parser, "GROUPING", "SETS")) {
      item.kind = GROUP_SETS;
    } else if (parser_is_word(parser, 0, "ROLLUP") && parser_is_symbol(parser, 1, "(")) {
      parser->position++;
      item.kind = GROUP_ROLLUP;
    } else if (parser_is_word(parser, 0, "CUBE") && parser_is_symbol(parser, 1, "(")) {
      parser->position++;
      item.kind = GROUP_CUBE;
    } else if (parser_is_symbol(parser, 0, "(") && parser_is_symbol(parser, 1, ")")) {
      parser->position += 2; /* the empty grouping */
      continue;
    }
    if (item.kind != GROUP_PLAIN) {
      if (!parse_grouping_sets(parser, &item)) return false;
    } else {
      bool is_bracketed = parser_is_symbol(parser, 0, "(");
      if ((item.expr = parse_expression(parser)) == NULL) return false;
      if (is_bracketed && is_row_at(item.expr, item.place)) { /* GROUP BY (a, b) */
        for (uint32_t a = 0; a < item.expr->call.n_arguments; a++) {
          AstGroupItem part = {.expr = item.expr->call.arguments[a], .place = item.expr->call.arguments[a]->place};
          PARSER_APPEND(parser, select->group_by, select->n_group_by, part);
        }
        continue;
      }
    }
    PARSER_APPEND(parser, select->group_by, select->n_group_by, item);
  } while (parser_accept_symbol(parser, ","));
  return true;
}

static AstQuery *query_new(Parser *parser, AstQueryKind kind, SourcePlace place) {
  AstQuery *query = arena_alloc_zeroed(parser->arena, sizeof *query);
  query->kind = kind;
  query->place = place;
  return query;
}

static AstQuery *parse_select(Parser *parser) {
  AstQuery *query = query_new(parser, QUERY_SELECT, parser_token(parser)->place);
  AstSelect *select = &query->select;
  parser->position++;
  if (!refuse_hint(parser, "SELECT")) return NULL;
  if (parser_accept_word(parser, "DISTINCT")) {
    select->is_distinct = true;
  } else {
    parser_accept_word(parser, "ALL");
  }
  do {
    AstSelectItem item;
    if (!parse_select_item(parser, &item)) return NULL;
    PARSER_APPEND(parser, select->items, select->n_items, item);
  } while (parser_accept_symbol(parser, ","));
  if (!parser_accept_word(parser, "FROM")) return query; /* all that follows needs a FROM */
  if ((select->from = parse_from(parser)) == NULL) return NULL;
  if (parser_accept_word(parser, "WHERE") && (select->where = parse_expression(parser)) == NULL) return NULL;
  if (parser_accept_word(parser, "GROUP") && (!parser_expect_word(parser, "BY") || !parse_group_by(parser, select)))
    return NULL;
  if (parser_accept_word(parser, "HAVING") && (select->having = parse_expression(parser)) == NULL) return NULL;
  if (parser_accept_word(parser, "WINDOW")) {
    do {
      AstName name;
      AstWindow window = {0};
      if (!parser_expect_name(parser, "a window's name", &name) || !parser_expect_word(parser, "AS") ||
          !parser_expect_symbol(parser, "(") || !parse_window(parser, &window) || !parser_expect_symbol(parser, ")")) {
        return NULL;
      }
      if (window.name != NULL) {
        error_at(parser->error, ERROR_UNSUPPORTED, window.place, "a window that extends another is not supported");
        return NULL;
      }
      window.name = arena_alloc(parser->arena, sizeof name);
      *window.name = name;
      PARSER_APPEND(parser, select->windows, select->n_windows, window);
    } while (parser_accept_symbol(parser, ","));
  }
  if (parser_is_word(parser, 0, "QUALIFY")) {
    error_at(parser->error, ERROR_UNSUPPORTED, parser_token(parser)->place, "QUALIFY is not supported yet");
    return NULL;
  }
  return query;
}

static AstQuery *parse_values(Parser *parser) {
  AstQuery *query = query_new(parser, QUERY_VALUES, parser_token(parser)->place);
  parser->position++;
  uint32_t n_sizes = 0;
  do {
    AstExpr **row = NULL;
    uint32_t n_row = 0;
    bool is_row = parser_is_symbol(parser, 0, "(");
    if (parser_is_word(parser, 0, "ROW") && parser_is_symbol(parser, 1, "(")) {
      parser->position++;
      is_row = true;
    }
    if (is_row) {
      parser->position++;
      if (!parse_expression_list(parser, &row, &n_row) || !parser_expect_symbol(parser, ")")) return NULL;
    } else {
      AstExpr *expr = parse_expression(parser);
      if (expr == NULL) return NULL;
      PARSER_APPEND(parser, row, n_row, expr);
    }
    PARSER_APPEND(parser, query->values.rows, query->values.n_rows, row);
    PARSER_APPEND(parser, query->values.row_sizes, n_sizes, n_row);
  } while (parser_accept_symbol(parser, ","));
  return query;
}

/* ---- set operations: INTERSECT binds more tightly than UNION and EXCEPT ---- */

static AstQuery *parse_query_term(Parser *parser) {
  if (parser_is_word(parser, 0, "SELECT")) return parse_select(parser);
  if (parser_is_word(parser, 0, "VALUES")) return parse_values(parser);
  if (parser_accept_symbol(parser, "(")) {
    AstQuery *query = parse_query(parser);
    return query != NULL && parser_expect_symbol(parser, ")") ? query : NULL;
  }
  if (parser_is_word(parser, 0, "TABLE") && parser_is_name(parser, 1)) { /* TABLE t = SELECT * FROM t */
    AstQuery *query = query_new(parser, QUERY_SELECT, parser_token(parser)->place);
    AstSelectItem star = {.place = query->place};
    PARSER_APPEND(parser, query->select.items, query->select.n_items, star);
    query->select.from = parse_table_argument(parser);
    return query->select.from == NULL ? NULL : query;
  }
  parser_expected(parser, "SELECT, VALUES or a query in parentheses");
  return NULL;
}

static AstQuery *parse_set_operation(Parser *parser, AstQuery *left, AstSetOperation operation,
                                     AstQuery *(*parse_right)(Parser *)) {
  AstQuery *query = query_new(parser, QUERY_SET_OPERATION, parser_token(parser)->place);
  parser->position++;
  query->set.operation = operation;
  query->set.is_all = parser_accept_word(parser, "ALL");
  if (!query->set.is_all) parser_accept_word(parser, "DISTINCT");
  query->set.left = left;
  if (!parser_check_height(parser, ++parser->tallest, query->place)) return NULL;
  query->set.right = parse_right(parser);
  return query->set.right == NULL ? NULL : query;
}

static AstQuery *parse_intersections(Parser *parser) {
  AstQuery *query = parse_query_term(parser);
  while (query != NULL && parser_is_word(parser, 0, "INTERSECT"))
    query = parse_set_operation(parser, query, SET_INTERSECT, parse_query_term);
  return query;
}

static AstQuery *parse_unions(Parser *parser) {
  AstQuery *query = parse_intersections(parser);
  for (;;) {
    if (query == NULL) return NULL;
    if (parser_is_word(parser, 0, "UNION")) {
      query = parse_set_operation(parser, query, SET_UNION, parse_intersections);
    } else if (parser_is_word(parser, 0, "EXCEPT")) {
      query = parse_set_operation(parser, query, SET_EXCEPT, parse_intersections);
    } else {
      return query;
    }
  }
}

static bool parse_with(Parser *parser, AstWith **with, uint32_t *n_with) {
  if (parser_is_word(parser, 0, "RECURSIVE")) {
    return error_at(parser->error, ERROR_UNSUPPORTED, parser_token(parser)->place, "WITH RECURSIVE is not supported");
  }
  do {
    AstWith item = {0};
    if (!parser_expect_name(parser, "a name", &item.name)) return false;
    if (parser_is_symbol(parser, 0, "(") && !parse_name_list(parser, &item.columns, &item.n_columns)) return false;
    if (!parser_expect_word(parser, "AS") || !parser_expect_symbol(parser, "(")) return false;
    if ((item.query = parse_query(parser)) == NULL || !parser_expect_symbol(parser, ")")) return false;
    PARSER_APPEND(parser, *with, *n_with, item);
  } while (parser_accept_symbol(parser, ","));
  return true;
}

/* LIMIT, OFFSET and FETCH take a number and nothing to compute. */
static AstExpr *parse_row_count(Parser *parser) {
  const Token *token = parser_token(parser);
  if (token->kind != TOKEN_NUMBER || strspn(token->text, "0123456789") != token->n_bytes) {
    parser_expected(parser, "a whole number");
    return NULL;
  }
  parser->position++;
  AstExpr *expr = parser_new_expr(parser, AST_NUMBER, token->place);
  expr->text = token->text;
  expr->n_bytes = token->n_bytes;
  return expr;
}

AstQuery *parse_query(Parser *parser) {
  if (!parser_enter(parser)) return NULL;
  uint32_t tallest = parser->tallest; /* of what was parsed before */
  parser->tallest = 0;
  AstWith *with = NULL;
  uint32_t n_with = 0;
  SourcePlace place = parser_token(parser)->place;
  if (parser_accept_word(parser, "WITH") && !parse_with(parser, &with, &n_with)) return NULL;
  AstQuery *query = parse_unions(parser);
  if (query == NULL) return NULL;
  bool has_tail = parser_is_word(parser, 0, "ORDER") || parser_is_word(parser, 0, "LIMIT") ||
                  parser_is_word(parser, 0, "OFFSET") || parser_is_word(parser, 0, "FETCH");
  if ((n_with > 0 && query->n_with > 0) ||
      (has_tail && (query->n_order_by > 0 || query->limit != NULL || query->offset != NULL))) {
    error_at(parser->error, ERROR_UNSUPPORTED, place,
             "WITH, ORDER BY or LIMIT around a query in parentheses that has its own is not supported yet");
    return NULL;
  }
  if (n_with > 0) {
    query->with = with;
    query->n_with = n_with;
  }
  if (parser_is_word(parser, 0, "ORDER") && !parse_order_by(parser, &query->order_by, &query->n_order_by)) return NULL;
  if (parser_accept_words(parser, "LIMIT", "ALL")) {
    query->limit = NULL;
  } else if (parser_accept_word(parser, "LIMIT") && (query->limit = parse_row_count(parser)) == NULL) {
    return NULL;
  }
  if (parser_accept_word(parser, "OFFSET")) {
    if ((query->offset = parse_row_count(parser)) == NULL) return NULL;
    if (!parser_accept_word(parser, "ROWS")) parser_accept_word(parser, "ROW");
  }
  if (query->limit == NULL && parser_accept_word(parser, "FETCH")) {
    if (!parser_accept_word(parser, "FIRST") && !parser_expect_word(parser, "NEXT")) return NULL;
    if ((query->limit = parse_row_count(parser)) == NULL) return NULL;
    if (!parser_accept_word(parser, "ROWS") && !parser_expect_word(parser, "ROW")) return NULL;
    if (!parser_expect_word(parser, "ONLY")) return NULL;
  }
  parser->tallest++;
  if (parser->tallest < tallest) parser->tallest = tallest;
  parser_leave(parser);
  return query;
}
