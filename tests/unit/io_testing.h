/* What the tests of connectors share: a scratch folder, files in it, tables described by their options. */
#ifndef WEIR_TESTS_IO_TESTING_H
#define WEIR_TESTS_IO_TESTING_H

#include <dirent.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "format_testing.h"
#include "io/connector.h"

enum { TEST_PATH_MAX = 512 };

static inline void test_make_scratch(char path[TEST_PATH_MAX]) {
  const char *base = getenv("TMPDIR");
  snprintf(path, TEST_PATH_MAX, "%s/weir-test-XXXXXX", base != NULL ? base : "/tmp");
  assert_non_null(mkdtemp(path));
}

static inline int test_remove_one(const char *path, const struct stat *status, int type, struct FTW *walk) {
  (void)status, (void)type, (void)walk;
  return remove(path);
}

static inline void test_remove_scratch(const char *path) {
  assert_int_equal(nftw(path, test_remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

static inline void test_write_file(const char *folder, const char *name, const char *bytes, size_t n_bytes) {
  char path[TEST_PATH_MAX];
  assert_true(snprintf(path, sizeof path, "%s/%s", folder, name) < (int)sizeof path);
  for (char *slash = path + strlen(folder) + 1; (slash = strchr(slash, '/')) != NULL; slash++) {
    *slash = '\0';
    mkdir(path, 0777);
    *slash = '/';
  }
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, n_bytes, file), n_bytes);
  assert_int_equal(fclose(file), 0);
}

/* All files of a folder (not of its folders) whose names begin like that, one behind the other, NUL-terminated. */
static inline char *test_read_files(const char *folder, const char *prefix, uint32_t *n_files) {
  ByteBuffer buffer = {0};
  DIR *directory = opendir(folder);
  *n_files = 0;
  if (directory != NULL) {
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
      if (strncmp(entry->d_name, prefix, strlen(prefix)) != 0 || strcmp(entry->d_name, ".") == 0 ||
          strcmp(entry->d_name, "..") == 0) {
        continue;
      }
      char path[TEST_PATH_MAX * 2];
      snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
      FILE *file = fopen(path, "rb");
      assert_non_null(file);
      char chunk[4096];
      for (size_t n; (n = fread(chunk, 1, sizeof chunk, file)) > 0;) byte_buffer_append(&buffer, chunk, n);
      fclose(file);
      ++*n_files;
    }
    closedir(directory);
  }
  byte_buffer_append_byte(&buffer, '\0');
  return buffer.bytes;
}

#endif
