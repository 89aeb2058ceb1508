/* See compile.h. All that is read, parsed, bound and planned lives in one arena, which dies with the compiler. */
#include "plan/compile.h"

#include <stdlib.h>
#include <string.h>

#include "plan/explain.h"
#include "plan/planner.h"
#include "sql/bind.h"
#include "sql/parse.h"
#include "vec/memory.h"

typedef struct TextList {
  const char **items;
  size_t n_items;
  size_t capacity;
} TextList;

struct Compiler {
  Arena *arena;
  Session *session; /* after the init files */
  Catalog *catalog;
  Planner *planner;
  Script *scripts;
  size_t n_scripts;
  size_t scripts_capacity;
  TextList explanations;
  TextList notes;
};

/* Where a script's statements take effect. */
typedef struct Target {
  Compiler *compiler;
  Session *session;
  Catalog *catalog;
  const char *file;
  bool is_init;
} Target;

static void text_list_add(TextList *list, const char *text) {
  list->items = memory_grow(list->items, &list->capacity, list->n_items + 1, sizeof *list->items);
  list->items[list->n_items++] = text;
}

Compiler *compiler_new(void) {
  Compiler *compiler = memory_alloc_zeroed(1, sizeof *compiler);
  compiler->arena = arena_new(1 << 14);
  compiler->session = session_new();
  compiler->catalog = catalog_new();
  compiler->planner = planner_new(compiler->arena);
  return compiler;
}

void compiler_free(Compiler *compiler) {
  if (compiler == NULL) return;
  planner_free(compiler->planner);
  catalog_free(compiler->catalog);
  session_free(compiler->session);
  arena_release(compiler->arena);
  free(compiler->scripts);
  free(compiler->explanations.items);
  free(compiler->notes.items);
  free(compiler);
}

/* ---- statements ---- */

static bool bind_context(const Target *target, BindContext *context, Error *error) {
  *context = (BindContext){.arena = target->compiler->arena, .catalog = target->catalog};
  return session_settings(target->session, &context->settings, error);
}

static bool create_table(const Target *target, const AstCreateTable *create, Error *error) {
  BindContext context;
  const char *name = bind_path(&create->path, error);
  if (name == NULL || !bind_context(target, &context, error)) return false;
  if (create->if_not_exists && catalog_find(target->catalog, name) != NULL) return true;
  const Table *table = bind_table(&context, create, error);
  CatalogEntry entry = {.name = name, .table = table, .place = create->path.place};
  return table != NULL && catalog_add(target->catalog, &entry, error);
}

static bool create_view(const Target *target, const AstCreateView *create, Error *error) {
  BindContext context;
  const char *name = bind_path(&create->path, error);
  if (name == NULL || !bind_context(target, &context, error)) return false;
  if (create->if_not_exists && catalog_find(target->catalog, name) != NULL) return true;
  CatalogEntry entry = {.name = name, .view = create, .place = create->path.place};
  return bind_view(&context, create, error) && catalog_add(target->catalog, &entry, error);
}

/* An INSERT or a SELECT goes to a planner: that of the process, or an EXPLAIN's own. */
static bool plan_statement(const Target *target, const AstStatement *statement, Planner *planner, Error *error) {
  BindContext context;
  if (!bind_context(target, &context, error)) return false;
  switch (statement->kind) {
    case STATEMENT_INSERT: {
      const Table *sink;
      const Logical *logical = bind_insert(&context, &statement->insert, &sink, error);
      return logical != NULL && planner_add(planner, logical, sink, target->file, target->session, error);
    }
    case STATEMENT_SELECT: {
      const Logical *logical = bind_query(&context, statement->query, error);
      return logical != NULL && planner_add(planner, logical, NULL, target->file, target->session, error);
    }
    case STATEMENT_SET_OF_INSERTS:
      for (uint32_t s = 0; s < statement->set_of_inserts.n_statements; s++) {
        if (!plan_statement(target, statement->set_of_inserts.statements[s], planner, error)) return false;
      }
      return true;
    default:
      return error_at(error, ERROR_UNSUPPORTED, statement->place,
                      "EXPLAIN takes a SELECT, an INSERT or a statement set");
  }
}

static bool explain(const Target *target, const AstStatement *statement, Error *error) {
  Compiler *compiler = target->compiler;
  if (statement->explain.n_details > 0) {
    return error_at(error, ERROR_UNSUPPORTED, statement->place, "EXPLAIN %s is not supported yet",
                    statement->explain.details[0]);
  }
  Planner *planner = planner_new(compiler->arena);
  const Plan *plan = NULL;
  if (plan_statement(target, statement->explain.statement, planner, error)) plan = planner_finish(planner, error);
  if (plan != NULL) text_list_add(&compiler->explanations, plan_explain(compiler->arena, plan, NULL, NULL));
  planner_free(planner);
  return plan != NULL;
}

static bool refuse_in_init(const AstStatement *statement, Error *error) {
  error_at(error, ERROR_USAGE, statement->place, "Unsupported operation in an init file");
  error_hint(error, "a file given by -i has CREATE and SET; give the file with this statement without -i");
  return false;
}

static bool set_option(const Target *target, const AstStatement *statement, Error *error) {
  if (statement->set.key == NULL)
    return error_at(error, ERROR_UNSUPPORTED, statement->place, "SET without a key is not supported");
  return session_set(target->session, statement->set.key, statement->set.value, statement->place, error);
}

static bool run_statement(const Target *target, const AstStatement *statement, Error *error) {
  switch (statement->kind) {
    case STATEMENT_CREATE_TABLE:
      return create_table(target, &statement->create_table, error);
    case STATEMENT_CREATE_VIEW:
      return create_view(target, &statement->create_view, error);
    case STATEMENT_SET:
      return set_option(target, statement, error);
    case STATEMENT_RESET:
      session_reset(target->session, statement->set.key);
      return true;
    case STATEMENT_INSERT:
    case STATEMENT_SELECT:
    case STATEMENT_SET_OF_INSERTS:
      return target->is_init ? refuse_in_init(statement, error)
                             : plan_statement(target, statement, target->compiler->planner, error);
    case STATEMENT_EXPLAIN:
      return target->is_init ? refuse_in_init(statement, error) : explain(target, statement, error);
    case STATEMENT_OTHER:
      break;
  }
  return error_at(error, ERROR_UNSUPPORTED, statement->place, "%s is not supported yet", statement->name);
}

/* ---- files ---- */

static void take_notes(Compiler *compiler, const Session *session) {
  uint32_t n_notes;
  const char *const *notes = session_notes(session, &n_notes);
  for (uint32_t n = 0; n < n_notes; n++) {
    bool is_known = false;
    for (size_t k = 0; k < compiler->notes.n_items; k++) is_known |= strcmp(compiler->notes.items[k], notes[n]) == 0;
    if (!is_known) text_list_add(&compiler->notes, arena_copy_text(compiler->arena, notes[n], strlen(notes[n])));
  }
}

static bool run_file(const Target *target, const char *path, Error *error) {
  Compiler *compiler = target->compiler;
  Script script;
  if (!script_read(compiler->arena, path, &script, error)) return false;
  compiler->scripts =
      memory_grow(compiler->scripts, &compiler->scripts_capacity, compiler->n_scripts + 1, sizeof *compiler->scripts);
  compiler->scripts[compiler->n_scripts++] = script;
  Target here = *target;
  here.file = script.name;
  AstStatement **statements;
  uint32_t n_statements;
  if (!parse_script(compiler->arena, script.name, script.text, script.n_bytes, &statements, &n_statements, error))
    return false;
  for (uint32_t s = 0; s < n_statements; s++) {
    if (!run_statement(&here, statements[s], error)) return false;
  }
  take_notes(compiler, target->session);
  return true;
}

bool compiler_add_init(Compiler *compiler, const char *path, Error *error) {
  Target target = {.compiler = compiler, .session = compiler->session, .catalog = compiler->catalog, .is_init = true};
  return run_file(&target, path, error);
}

bool compiler_add_job(Compiler *compiler, const char *path, Error *error) {
  Target target = {
      .compiler = compiler, .session = session_copy(compiler->session), .catalog = catalog_copy(compiler->catalog)};
  bool is_good = run_file(&target, path, error);
  catalog_free(target.catalog);
  session_free(target.session);
  return is_good;
}

const Plan *compiler_plan(Compiler *compiler, Error *error) { return planner_finish(compiler->planner, error); }

const Script *compiler_script(const Compiler *compiler, const char *name) {
  for (size_t s = 0; s < compiler->n_scripts && name != NULL; s++) {
    if (strcmp(compiler->scripts[s].name, name) == 0) return &compiler->scripts[s];
  }
  return NULL;
}

const char *const *compiler_explanations(const Compiler *compiler, uint32_t *n_explanations) {
  *n_explanations = (uint32_t)compiler->explanations.n_items;
  return compiler->explanations.items;
}

const char *const *compiler_notes(const Compiler *compiler, uint32_t *n_notes) {
  *n_notes = (uint32_t)compiler->notes.n_items;
  return compiler->notes.items;
}
