/* See catalog.h. A list: a script has tens of tables, not thousands. */
#include "sql/catalog.h"

#include <stdlib.h>
#include <string.h>

#include "vec/memory.h"

struct Catalog {
  CatalogEntry *entries;
  size_t n_entries;
  size_t capacity;
};

Catalog *catalog_new(void) { return memory_alloc_zeroed(1, sizeof(Catalog)); }

Catalog *catalog_copy(const Catalog *catalog) {
  Catalog *copy = catalog_new();
  copy->entries = memory_grow(NULL, &copy->capacity, catalog->n_entries + 1, sizeof *copy->entries);
  if (catalog->n_entries > 0) memcpy(copy->entries, catalog->entries, catalog->n_entries * sizeof *copy->entries);
  copy->n_entries = catalog->n_entries;
  return copy;
}

void catalog_free(Catalog *catalog) {
  if (catalog == NULL) return;
  free(catalog->entries);
  free(catalog);
}

const CatalogEntry *catalog_find(const Catalog *catalog, const char *name) {
  for (size_t e = 0; e < catalog->n_entries; e++) {
    if (strcmp(catalog->entries[e].name, name) == 0) return &catalog->entries[e];
  }
  return NULL;
}

bool catalog_add(Catalog *catalog, const CatalogEntry *entry, Error *error) {
  const CatalogEntry *earlier = catalog_find(catalog, entry->name);
  if (earlier != NULL) {
    error_at(error, ERROR_USAGE, entry->place, "there is a %s '%s' already", earlier->table != NULL ? "table" : "view",
             entry->name);
    error_hint(error, "it was created at %s:%d", earlier->place.file, earlier->place.line);
    return false;
  }
  catalog->entries =
      memory_grow(catalog->entries, &catalog->capacity, catalog->n_entries + 1, sizeof *catalog->entries);
  catalog->entries[catalog->n_entries++] = *entry;
  return true;
}

const char *catalog_nearest_name(const Catalog *catalog, const char *name) {
  const char **names = memory_alloc((catalog->n_entries + 1) * sizeof *names);
  for (size_t e = 0; e < catalog->n_entries; e++) names[e] = catalog->entries[e].name;
  const char *nearest = error_nearest_name(name, names, catalog->n_entries);
  free(names);
  return nearest;
}
