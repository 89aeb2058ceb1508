/* LIKE against a slow matcher, regular expressions, and string functions on text of one to four bytes a character. */
#include "func/java_regex.h"
#include "func/like.h"
#include "func/text.h"
#include "func_testing.h"

/* By trying everything. */
static bool slow_like(const char *pattern, uint32_t n_pattern, const char *text, uint32_t n_text) {
  if (n_pattern == 0) return n_text == 0;
  if (*pattern == '%') {
    for (uint32_t skipped = 0; skipped <= n_text; skipped++)
      if (slow_like(pattern + 1, n_pattern - 1, text + skipped, n_text - skipped)) return true;
    return false;
  }
  if (n_text == 0) return false;
  if (*pattern == '_') {
    uint32_t step = text_step(text, n_text);
    return *text != '\n' && slow_like(pattern + 1, n_pattern - 1, text + step, n_text - step);
  }
  return *pattern == *text && slow_like(pattern + 1, n_pattern - 1, text + 1, n_text - 1);
}

static uint32_t random_text(uint64_t *chance, const char *const *pieces, uint64_t n_pieces, char *out) {
  uint32_t n = 0;
  for (uint64_t left = test_random(chance) % 9; left > 0; left--) {
    const char *piece = pieces[test_random(chance) % n_pieces];
    memcpy(out + n, piece, strlen(piece));
    n += (uint32_t)strlen(piece);
  }
  return n;
}

static void like_matches_what_trying_finds(void **state) {
  (void)state;
  static const char *const letters[] = {"a", "b", "ü", "😀", "\n", "ab"};
  static const char *const parts[] = {"a", "b", "ü", "😀", "%", "%", "_", "ab"};
  uint64_t chance = 7;
  for (int round = 0; round < 20000; round++) {
    char pattern_bytes[64], text_bytes[64], message[LIKE_MESSAGE_MAX];
    uint32_t n_pattern = random_text(&chance, parts, 8, pattern_bytes);
    uint32_t n_text = random_text(&chance, letters, 6, text_bytes);
    StringView pattern = string_view(pattern_bytes, n_pattern), text = string_view(text_bytes, n_text);
    LikePattern *like = like_compile(&pattern, NULL, message);
    assert_non_null(like);
    if (like_matches(like, &text) != slow_like(pattern_bytes, n_pattern, text_bytes, n_text))
      fail_msg("'%.*s' LIKE '%.*s'", (int)n_text, text_bytes, (int)n_pattern, pattern_bytes);
    like_free(like);
  }
}

static void patterns(void **state) {
  (void)state;
  static const TestCall calls[] = {
      {"BOOLEAN TRUE", "LIKE", {"STRING:a%b", "STRING:a!%b", "STRING:!"}},
      {"BOOLEAN FALSE", "LIKE", {"STRING:axb", "STRING:a!%b", "STRING:!"}},
      {"BOOLEAN TRUE", "LIKE", {"STRING:a!b", "STRING:a!!b", "STRING:!"}},
      {"ERROR", "LIKE", {"STRING:ab", "STRING:a!b", "STRING:!"}},
      {"ERROR", "LIKE", {"STRING:ab", "STRING:ab!", "STRING:!"}},
      {"ERROR", "LIKE", {"STRING:ab", "STRING:ab", "STRING:xy"}},
      {"BOOLEAN NULL", "LIKE", {"STRING:ab", "STRING:NULL"}},
      {"BOOLEAN FALSE", "NOT LIKE", {"STRING:ab", "STRING:a_"}},
      {"BOOLEAN TRUE", "SIMILAR TO", {"STRING:Grüße 12", "STRING:G(r|x)%[0-9]+"}},
      {"BOOLEAN FALSE", "SIMILAR TO", {"STRING:abc", "STRING:a|b|c"}},
      {"BOOLEAN TRUE", "SIMILAR TO", {"STRING:a5c", "STRING:a[[:DIGIT:]]c"}},
      {"ERROR", "SIMILAR TO", {"STRING:a", "STRING:(a"}},
      {"BOOLEAN TRUE", "REGEXP", {"STRING:Grüße 12", "STRING:\\d+$"}},
      {"BOOLEAN FALSE", "REGEXP", {"STRING:Grüße", "STRING:\\brü"}}, /* no boundary between r and ü */
      {"BOOLEAN FALSE", "REGEXP", {"STRING:a", "STRING:["}},
      {"BOOLEAN FALSE", "REGEXP", {"STRING:a{", "STRING:a{"}}, /* malformed in Java */
      {"BOOLEAN TRUE", "REGEXP", {"STRING:ü", "STRING:\\u00fc"}},
      {"BOOLEAN FALSE", "REGEXP", {"STRING:a\nb", "STRING:a.b"}},
      {"ERROR", "REGEXP", {"STRING:a", "STRING:[a-z&&[^b]]"}},
      {"ERROR", "REGEXP", {"STRING:GRÜ", "STRING:(?i)grü"}},
      {"STRING -a-b-c-", "REGEXP_REPLACE", {"STRING:abc", "STRING:", "STRING:-"}},
      {"STRING $1x", "REGEXP_REPLACE", {"STRING:ax", "STRING:(a)", "STRING:$1"}},
      {"STRING the", "REGEXP_EXTRACT", {"STRING:foothebar", "STRING:foo(.*?)(bar)", "INT:1"}},
      {"STRING NULL", "REGEXP_EXTRACT", {"STRING:foothebar", "STRING:foo(.*?)(bar)", "INT:3"}},
      {"STRING NULL", "REGEXP_EXTRACT", {"STRING:b", "STRING:(a)?b", "INT:1"}},
      {"INT 4", "REGEXP_COUNT", {"STRING:abc", "STRING:"}},
      {"INT 4", "REGEXP_INSTR", {"STRING:a😀b", "STRING:b"}}, /* UTF-16 units */
  };
  test_calls(calls, sizeof calls / sizeof calls[0], true);
}

static void functions(void **state) {
  (void)state;
  static const TestCall calls[] = {
      {"STRING GRÜSSE 12", "UPPER", {"STRING:Grüße 12"}},
      {"INT 3", "CHAR_LENGTH", {"STRING:a😀b"}},
      {"STRING 😀", "SUBSTRING", {"STRING:a😀b", "INT:2", "INT:1"}},
      {"STRING  1", "SUBSTRING", {"STRING:Grüße 12", "INT:-3", "INT:2"}},
      {"STRING NULL", "SUBSTRING", {"STRING:Grüße 12", "INT:3", "INT:-1"}},
      {"STRING ", "SUBSTRING", {"STRING:Grüße 12", "INT:20"}},
      {"STRING 😀b", "RIGHT", {"STRING:a😀b", "INT:2"}},
      {"STRING a😀", "LEFT", {"STRING:a😀b", "INT:2"}},
      {"INT 3", "POSITION", {"STRING:b", "STRING:a😀b"}},
      {"INT 4", "INSTR", {"STRING:hello", "STRING:l", "INT:1", "INT:2"}},
      {"INT 4", "INSTR", {"STRING:hello", "STRING:l", "INT:-1"}},
      {"STRING 21 eßürG", "REVERSE", {"STRING:Grüße 12"}},
      {"STRING b😀a", "REVERSE", {"STRING:a😀b"}},
      {"STRING Grueße", "REPLACE", {"STRING:Grüße", "STRING:ü", "STRING:ue"}},
      {"STRING xaxbx", "REPLACE", {"STRING:ab", "STRING:", "STRING:x"}},
      {"STRING 😀Grüße 12", "LPAD", {"STRING:Grüße 12", "INT:10", "STRING:😀"}},
      {"STRING a?x", "RPAD", {"STRING:a?", "INT:3", "STRING:x"}},
      {"STRING x?a", "LPAD", {"STRING:a", "INT:3", "STRING:x😀"}}, /* half a pair */
      {"STRING NULL", "LPAD", {"STRING:NULL", "INT:3", "STRING:x"}},
      {"STRING abcdefghijklmnopabcdefghijklmnop", "REPEAT", {"STRING:abcdefghijklmnop", "INT:2"}},
      {"STRING c", "SPLIT_INDEX", {"STRING:a,b,c", "STRING:,", "INT:2"}},
      {"STRING NULL", "SPLIT_INDEX", {"STRING:a,b,c", "STRING:,", "INT:3"}},
      {"STRING b", "SPLIT_INDEX", {"STRING:a b", "STRING:", "INT:1"}},
      {"STRING b", "SPLIT_INDEX", {"STRING:a,b", "INT:44", "INT:1"}},
      {"STRING GrüßE üMlaut", "INITCAP", {"STRING:grüße ümlaut"}},
      {"INT -61", "ASCII", {"STRING:é"}},
      {"STRING ÿ", "CHR", {"INT:255"}},
      {"STRING xycyx", "TRANSLATE", {"STRING:abcba", "STRING:ab", "STRING:xy"}},
      {"STRING a-c", "CONCAT_WS", {"STRING:-", "STRING:a", "STRING:NULL", "STRING:c"}},
      {"STRING ", "CONCAT_WS", {"STRING:-", "STRING:NULL"}},
      {"STRING NULL", "||", {"STRING:a", "STRING:NULL"}},
      {"STRING a", "BTRIM", {"STRING:xyayx", "STRING:xy"}},
      {"CHAR(32) 900150983cd24fb0d6963f7d28e17f72", "MD5", {"STRING:abc"}},
      {"STRING R3LDvMOfZSAxMg==", "TO_BASE64", {"STRING:Grüße 12"}},
      {"STRING Grüße 12", "FROM_BASE64", {"STRING:R3LDvMOfZSAxMg=="}},
      {"ERROR", "FROM_BASE64", {"STRING:!!"}},
      {"STRING FFFFFFFFFFFFFFFF", "HEX", {"INT:-1"}},
      {"STRING 616263", "HEX", {"STRING:abc"}},
      {"STRING a+b%26c%3D%C3%BC", "URL_ENCODE", {"STRING:a b&c=ü"}},
      {"STRING NULL", "URL_DECODE", {"STRING:%zz"}},
      {"STRING 2", "PARSE_URL", {"STRING:http://h/p?a=1&b=2&b=3", "STRING:QUERY", "STRING:b"}},
      {"STRING h", "PARSE_URL", {"STRING:http://u:p@h:80/p", "STRING:HOST"}},
      {"STRING NULL", "PARSE_URL", {"STRING:h/p", "STRING:HOST"}},
      {"ERROR", "UPPER", {"INT:1"}},
  };
  test_calls(calls, sizeof calls / sizeof calls[0], true);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(like_matches_what_trying_finds),
      cmocka_unit_test_setup_teardown(patterns, test_set_up, test_tear_down),
      cmocka_unit_test_setup_teardown(functions, test_set_up, test_tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
