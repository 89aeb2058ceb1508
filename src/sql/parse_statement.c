/* Statements: CREATE TABLE and VIEW, SET, INSERT, EXECUTE STATEMENT SET, EXPLAIN, and queries. */
#include <string.h>
#include <strings.h>

#include "sql/parser.h"

static AstStatement *statement_new(Parser *parser, AstStatementKind kind) {
  AstStatement *statement = arena_alloc_zeroed(parser->arena, sizeof *statement);
  statement->kind = kind;
  statement->place = parser_token(parser)->place;
  return statement;
}

static bool accept_if_not_exists(Parser *parser, bool *if_not_exists) {
  *if_not_exists = false;
  if (!parser_accept_word(parser, "IF")) return true;
  *if_not_exists = true;
  return parser_expect_word(parser, "NOT") && parser_expect_word(parser, "EXISTS");
}

/* ---- CREATE ---- */

static bool expect_not_enforced(Parser *parser) {
  if (parser_accept_words(parser, "NOT", "ENFORCED")) return true;
  parser_expected(parser, "NOT ENFORCED");
  error_hint(parser->error, "the data belongs to somebody else, so a key is a promise: PRIMARY KEY (...) NOT ENFORCED");
  return false;
}

static bool parse_column(Parser *parser, AstCreateTable *table) {
  AstColumn column = {0};
  if (!parser_expect_name(parser, "a column name", &column.name)) return false;
  if (parser_accept_word(parser, "AS")) {
    column.kind = COLUMN_COMPUTED;
    column.expr = parse_expression(parser);
    if (column.expr == NULL) return false;
  } else {
    if (!parse_type_and_null(parser, &column.type)) return false;
    if (parser_accept_word(parser, "METADATA")) {
      column.kind = COLUMN_METADATA;
      if (parser_accept_word(parser, "FROM")) {
        column.metadata_key = parser_expect_string(parser, "a metadata key");
        if (column.metadata_key == NULL) return false;
      }
      column.is_virtual = parser_accept_word(parser, "VIRTUAL");
    }
    AstName constraint;
    bool is_constraint = parser_accept_word(parser, "CONSTRAINT");
    if (is_constraint && !parser_expect_name(parser, "a constraint name", &constraint)) return false;
    if (parser_accept_words(parser, "PRIMARY", "KEY")) {
      column.is_primary_key = true;
      if (!expect_not_enforced(parser)) return false;
    } else if (is_constraint) {
      return parser_expected(parser, "PRIMARY KEY");
    }
  }
  if (parser_accept_word(parser, "COMMENT")) {
    column.comment = parser_expect_string(parser, "a comment");
    if (column.comment == NULL) return false;
  }
  PARSER_APPEND(parser, table->columns, table->n_columns, column);
  return true;
}

static bool parse_watermark(Parser *parser, AstCreateTable *table) {
  if (table->watermark_column != NULL) {
    return error_at(parser->error, ERROR_USAGE, parser_token(parser)->place, "a table can have only one WATERMARK");
  }
  AstName name;
  if (!parser_expect_word(parser, "FOR") || !parser_expect_name(parser, "a column name", &name)) return false;
  if (parser_is_symbol(parser, 0, ".")) {
    return error_at(parser->error, ERROR_UNSUPPORTED, name.place,
                    "a WATERMARK on a nested column is not supported yet");
  }
  table->watermark_column = arena_alloc(parser->arena, sizeof name);
  *table->watermark_column = name;
  if (!parser_expect_word(parser, "AS")) return false;
  table->watermark = parse_expression(parser);
  return table->watermark != NULL;
}

static bool parse_table_element(Parser *parser, AstCreateTable *table) {
  if (parser_accept_word(parser, "WATERMARK")) return parse_watermark(parser, table);
  bool is_constraint = parser_accept_word(parser, "CONSTRAINT");
  AstName constraint;
  if (is_constraint && !parser_expect_name(parser, "a constraint name", &constraint)) return false;
  if (parser_accept_words(parser, "PRIMARY", "KEY")) {
    if (table->n_primary_key > 0) {
      return error_at(parser->error, ERROR_USAGE, parser_token(parser)[-2].place,
                      "a table can have only one PRIMARY KEY");
    }
    return parse_name_list(parser, &table->primary_key, &table->n_primary_key) && expect_not_enforced(parser);
  }
  if (is_constraint) return parser_expected(parser, "PRIMARY KEY");
  return parse_column(parser, table);
}

static bool parse_options(Parser *parser, AstCreateTable *table) {
  if (!parser_expect_symbol(parser, "(")) return false;
  if (parser_accept_symbol(parser, ")")) return true;
  do {
    AstOption option = {.place = parser_token(parser)->place};
    option.key = parser_expect_string(parser, "an option's name in apostrophes");
    if (option.key == NULL || !parser_expect_symbol(parser, "=")) return false;
    option.value = parser_expect_string(parser, "an option's value in apostrophes");
    if (option.value == NULL) return false;
    PARSER_APPEND(parser, table->options, table->n_options, option);
  } while (parser_accept_symbol(parser, ","));
  return parser_expect_symbol(parser, ")");
}

/* CREATE TABLE t AS ..., CREATE TABLE t LIKE ...; true when an error was set. */
static bool refuse_as_or_like(Parser *parser) {
  bool is_as = parser_is_word(parser, 0, "AS");
  if (!is_as && !parser_is_word(parser, 0, "LIKE")) return false;
  return !error_at(parser->error, ERROR_UNSUPPORTED, parser_token(parser)->place,
                   "CREATE TABLE ... %s is not supported yet", is_as ? "AS" : "LIKE");
}

static AstStatement *parse_create_table(Parser *parser, AstStatement *statement) {
  AstCreateTable *table = &statement->create_table;
  if (!accept_if_not_exists(parser, &table->if_not_exists) || !parse_path(parser, "a table name", &table->path))
    return NULL;
  if (refuse_as_or_like(parser)) return NULL;
  if (parser_accept_word(parser, "WITH")) { /* of a table without columns, which AS would give it */
    if (parse_options(parser, table) && !refuse_as_or_like(parser)) parser_expected(parser, "AS");
    return NULL;
  }
  if (!parser_expect_symbol(parser, "(")) return NULL;
  do {
    if (!parse_table_element(parser, table)) return NULL;
  } while (parser_accept_symbol(parser, ","));
  if (!parser_is_symbol(parser, 0, ")")) {
    parser_expected(parser, "',' or ')' after a column");
    return NULL;
  }
  parser->position++;
  if (parser_accept_word(parser, "COMMENT") && (table->comment = parser_expect_string(parser, "a comment")) == NULL)
    return NULL;
  if (parser_is_word(parser, 0, "DISTRIBUTED")) {
    error_at(parser->error, ERROR_UNSUPPORTED, parser_token(parser)->place, "DISTRIBUTED BY is not supported");
    return NULL;
  }
  if (parser_accept_words(parser, "PARTITIONED", "BY") &&
      !parse_name_list(parser, &table->partitioned_by, &table->n_partitioned_by)) {
    return NULL;
  }
  if (parser_accept_word(parser, "WITH") && !parse_options(parser, table)) return NULL;
  if (refuse_as_or_like(parser)) return NULL;
  return statement;
}

static AstStatement *parse_create_view(Parser *parser, AstStatement *statement) {
  AstCreateView *view = &statement->create_view;
  if (!accept_if_not_exists(parser, &view->if_not_exists) || !parse_path(parser, "a view name", &view->path))
    return NULL;
  if (parser_is_symbol(parser, 0, "(") && !parse_name_list(parser, &view->columns, &view->n_columns)) return NULL;
  if (parser_accept_word(parser, "COMMENT") && (view->comment = parser_expect_string(parser, "a comment")) == NULL)
    return NULL;
  if (!parser_expect_word(parser, "AS")) return NULL;
  view->query = parse_query(parser);
  return view->query == NULL ? NULL : statement;
}

/* The words that tell statements apart which begin alike; what else follows is the user's own names. */
static bool is_name_of_other(const Token *token) {
  static const char *const WORDS[] = {
      "TABLE",  "TABLES", "VIEW", "VIEWS", "DATABASE",  "DATABASES", "CATALOG",      "CATALOGS",   "FUNCTION",
      "SYSTEM", "MODULE", "JAR",  "JARS",  "FUNCTIONS", "MODULES",   "MATERIALIZED", "CONNECTION", "TEMPORARY",
      "MODEL",  "MODELS", "JOB",  "JOBS",  "CURRENT",   "CREATE",    "OR",           "REPLACE",    "PLAN"};
  if (token->kind != TOKEN_WORD) return false;
  for (size_t w = 0; w < sizeof WORDS / sizeof WORDS[0]; w++) {
    if (strcasecmp(token->text, WORDS[w]) == 0) return true;
  }
  return false;
}

/* A statement that Flink knows and weir does not: all of it is skipped; the binder refuses it by its first words. */
static AstStatement *parse_other(Parser *parser, AstStatement *statement) {
  statement->kind = STATEMENT_OTHER;
  const Token *first = parser_token(parser);
  statement->place = first->place;
  const char *name = first->text;
  for (uint32_t w = 1; w < 3 && is_name_of_other(&first[w]); w++) {
    name = arena_printf(parser->arena, "%s %s", name, first[w].text);
  }
  statement->name = parser_upper_copy(parser, name);
  while (parser_token(parser)->kind != TOKEN_END && !parser_is_symbol(parser, 0, ";")) parser->position++;
  return statement;
}

static AstStatement *parse_create(Parser *parser) {
  AstStatement *statement = statement_new(parser, STATEMENT_CREATE_TABLE);
  uint32_t start = parser->position;
  parser->position++;
  bool is_temporary = parser_accept_word(parser, "TEMPORARY");
  if (parser_accept_word(parser, "TABLE")) {
    statement->create_table.is_temporary = is_temporary;
    return parse_create_table(parser, statement);
  }
  if (parser_accept_word(parser, "VIEW")) {
    statement->kind = STATEMENT_CREATE_VIEW;
    statement->create_view.is_temporary = is_temporary;
    return parse_create_view(parser, statement);
  }
  static const char *const OTHERS[] = {"DATABASE", "CATALOG",      "FUNCTION", "SYSTEM",
                                       "MODEL",    "MATERIALIZED", "OR",       "CONNECTION"};
  for (size_t o = 0; o < sizeof OTHERS / sizeof OTHERS[0]; o++) {
    if (parser_is_word(parser, 0, OTHERS[o])) {
      parser->position = start;
      return parse_other(parser, statement);
    }
  }
  static const char *const KINDS[] = {"TABLE", "VIEW"};
  parser_expected(parser, "TABLE or VIEW");
  const char *nearest = error_nearest_name(parser_token(parser)->text, KINDS, 2);
  if (nearest != NULL) error_hint(parser->error, "did you mean %s?", nearest);
  return NULL;
}

/* ---- SET, INSERT, EXPLAIN ---- */

/* SET 'key' = 'value'; also Flink's older unquoted form, SET key = value. */
static bool parse_setting_text(Parser *parser, const char *what, const char **text) {
  const Token *token = parser_token(parser);
  if (token->kind == TOKEN_STRING) {
    *text = parser_expect_string(parser, what);
    return *text != NULL;
  }
  if (token->kind != TOKEN_WORD && token->kind != TOKEN_NUMBER) return parser_expected(parser, what);
  const char *joined = "";
  const Token *previous = NULL;
  for (;;) {
    token = parser_token(parser);
    bool is_part = token->kind == TOKEN_WORD || token->kind == TOKEN_NUMBER ||
                   (token->kind == TOKEN_SYMBOL && (strcmp(token->text, ".") == 0 || strcmp(token->text, "-") == 0));
    bool touches = previous == NULL || (previous->place.line == token->place.line &&
                                        previous->place.column + previous->place.length == token->place.column);
    if (!is_part || !touches) break;
    joined = arena_printf(parser->arena, "%s%s", joined, token->text);
    previous = token;
    parser->position++;
  }
  *text = joined;
  return true;
}

static AstStatement *parse_set(Parser *parser) {
  AstStatement *statement = statement_new(parser, STATEMENT_SET);
  parser->position++;
  if (parser_is_symbol(parser, 0, ";") || parser_token(parser)->kind == TOKEN_END) return statement;
  statement->place = parser_token(parser)->place;
  if (!parse_setting_text(parser, "a setting's name in apostrophes", &statement->set.key) ||
      !parser_expect_symbol(parser, "=") ||
      !parse_setting_text(parser, "a setting's value in apostrophes", &statement->set.value)) {
    return NULL;
  }
  return statement;
}

static AstStatement *parse_reset(Parser *parser) {
  AstStatement *statement = statement_new(parser, STATEMENT_RESET);
  parser->position++;
  if (parser_is_symbol(parser, 0, ";") || parser_token(parser)->kind == TOKEN_END) return statement;
  return parse_setting_text(parser, "a setting's name in apostrophes", &statement->set.key) ? statement : NULL;
}

static AstStatement *parse_insert(Parser *parser) {
  AstStatement *statement = statement_new(parser, STATEMENT_INSERT);
  AstInsert *insert = &statement->insert;
  parser->tallest = 0; /* nothing of a statement set's other INSERTs is above this one */
  parser->position++;
  insert->is_overwrite = parser_accept_word(parser, "OVERWRITE");
  if (!insert->is_overwrite && !parser_accept_word(parser, "INTO")) {
    parser_expected(parser, "INTO or OVERWRITE");
    return NULL;
  }
  if (!parse_path(parser, "a table name", &insert->path)) return NULL;
  if (parser_is_word(parser, 0, "PARTITION")) {
    error_at(parser->error, ERROR_UNSUPPORTED, parser_token(parser)->place,
             "INSERT INTO ... PARTITION is not supported yet");
    return NULL;
  }
  bool is_column_list = parser_is_symbol(parser, 0, "(") && parser_is_name(parser, 1); /* a query begins otherwise */
  if (is_column_list && !parse_name_list(parser, &insert->columns, &insert->n_columns)) return NULL;
  insert->query = parse_query(parser);
  return insert->query == NULL ? NULL : statement;
}

/* The INSERTs up to END: of EXECUTE STATEMENT SET BEGIN, and of the SQL client's BEGIN STATEMENT SET. */
static AstStatement *parse_insert_block(Parser *parser, AstStatement *statement) {
  for (;;) {
    while (parser_accept_symbol(parser, ";")) continue;
    if (parser_accept_word(parser, "END")) break;
    if (!parser_is_word(parser, 0, "INSERT")) {
      parser_expected(parser, "INSERT or END");
      return NULL;
    }
    AstStatement *insert = parse_insert(parser);
    if (insert == NULL) return NULL;
    PARSER_APPEND(parser, statement->set_of_inserts.statements, statement->set_of_inserts.n_statements, insert);
    if (!parser_expect_symbol(parser, ";")) return NULL;
  }
  if (statement->set_of_inserts.n_statements == 0) {
    error_at(parser->error, ERROR_USAGE, statement->place, "a statement set must hold at least one INSERT");
    return NULL;
  }
  return statement;
}

/* STATEMENT SET BEGIN ... END */
static AstStatement *parse_statement_set(Parser *parser) {
  AstStatement *statement = statement_new(parser, STATEMENT_SET_OF_INSERTS);
  if (!parser_expect_word(parser, "STATEMENT") || !parser_expect_word(parser, "SET") ||
      !parser_expect_word(parser, "BEGIN")) {
    return NULL;
  }
  return parse_insert_block(parser, statement);
}

static AstStatement *parse_execute(Parser *parser) {
  parser->position++;
  if (parser_is_word(parser, 0, "STATEMENT")) return parse_statement_set(parser);
  if (parser_is_word(parser, 0, "INSERT") || parser_is_word(parser, 0, "SELECT")) return parse_statement(parser);
  parser_expected(parser, "STATEMENT SET, INSERT or SELECT");
  return NULL;
}

static AstStatement *parse_begin(Parser *parser) {
  AstStatement *statement = statement_new(parser, STATEMENT_SET_OF_INSERTS);
  parser->position++;
  if (!parser_expect_word(parser, "STATEMENT") || !parser_expect_word(parser, "SET")) return NULL;
  return parse_insert_block(parser, statement);
}

static const char *accept_explain_detail(Parser *parser) {
  static const char *const DETAILS[] = {"ESTIMATED_COST", "CHANGELOG_MODE", "JSON_EXECUTION_PLAN", "PLAN_ADVICE"};
  for (size_t d = 0; d < sizeof DETAILS / sizeof DETAILS[0]; d++) {
    if (parser_accept_word(parser, DETAILS[d])) return DETAILS[d];
  }
  return NULL;
}

static bool is_explainable(const Parser *parser) {
  static const char *const WORDS[] = {"SELECT", "WITH", "VALUES", "TABLE", "INSERT", "EXECUTE"};
  for (size_t w = 0; w < sizeof WORDS / sizeof WORDS[0]; w++) {
    if (parser_is_word(parser, 0, WORDS[w])) return true;
  }
  return parser_is_symbol(parser, 0, "(");
}

static AstStatement *parse_explain(Parser *parser) {
  AstStatement *statement = statement_new(parser, STATEMENT_EXPLAIN);
  parser->position++;
  if (parser_accept_word(parser, "PLAN")) {
    if (!parser_expect_word(parser, "FOR")) return NULL;
  } else {
    const char *detail = accept_explain_detail(parser);
    while (detail != NULL) {
      PARSER_APPEND(parser, statement->explain.details, statement->explain.n_details, detail);
      if (!parser_accept_symbol(parser, ",")) break;
      if ((detail = accept_explain_detail(parser)) == NULL) {
        parser_expected(parser, "ESTIMATED_COST, CHANGELOG_MODE, JSON_EXECUTION_PLAN or PLAN_ADVICE");
        return NULL;
      }
    }
  }
  if (parser_is_word(parser, 0, "STATEMENT")) { /* behind EXPLAIN without its EXECUTE */
    statement->explain.statement = parse_statement_set(parser);
  } else if (is_explainable(parser)) {
    statement->explain.statement = parse_statement(parser);
  } else {
    parser_expected(parser, "a query, INSERT or STATEMENT SET");
  }
  return statement->explain.statement == NULL ? NULL : statement;
}

static AstStatement *parse_select(Parser *parser) {
  AstStatement *statement = statement_new(parser, STATEMENT_SELECT);
  statement->query = parse_query(parser);
  return statement->query == NULL ? NULL : statement;
}

static const struct {
  const char *word;
  AstStatement *(*parse)(Parser *parser);
} STATEMENTS[] = {
    {"CREATE", parse_create},   {"SET", parse_set},       {"RESET", parse_reset},     {"INSERT", parse_insert},
    {"EXECUTE", parse_execute}, {"BEGIN", parse_begin},   {"EXPLAIN", parse_explain}, {"SELECT", parse_select},
    {"WITH", parse_select},     {"VALUES", parse_select}, {"TABLE", parse_select},
};

AstStatement *parse_statement(Parser *parser) {
  for (size_t s = 0; s < sizeof STATEMENTS / sizeof STATEMENTS[0]; s++) {
    if (parser_is_word(parser, 0, STATEMENTS[s].word)) return STATEMENTS[s].parse(parser);
  }
  if (parser_is_symbol(parser, 0, "(")) return parse_select(parser);
  static const char *const OTHERS[] = {"DROP",    "ALTER",  "SHOW",   "DESCRIBE", "DESC", "USE",     "LOAD", "UNLOAD",
                                       "ANALYZE", "DELETE", "UPDATE", "TRUNCATE", "CALL", "COMPILE", "ADD",  "REMOVE",
                                       "STOP",    "QUIT",   "EXIT",   "CLEAR",    "HELP", "UPSERT",  "MERGE"};
  for (size_t o = 0; o < sizeof OTHERS / sizeof OTHERS[0]; o++) {
    if (parser_is_word(parser, 0, OTHERS[o])) return parse_other(parser, statement_new(parser, STATEMENT_OTHER));
  }
  parser_expected(parser, "a statement");
  const Token *token = parser_token(parser);
  if (token->kind == TOKEN_WORD) {
    const char *words[sizeof STATEMENTS / sizeof STATEMENTS[0]];
    for (size_t s = 0; s < sizeof STATEMENTS / sizeof STATEMENTS[0]; s++) words[s] = STATEMENTS[s].word;
    const char *nearest = error_nearest_name(token->text, words, sizeof words / sizeof words[0]);
    if (nearest != NULL) error_hint(parser->error, "did you mean %s?", nearest);
  }
  return NULL;
}
