import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Splits a SQL script into statements the way Flink's SQL client means it: a statement ends at a
 * {@code ;} that is outside quotes and comments, except that those between {@code EXECUTE STATEMENT
 * SET BEGIN} (or {@code BEGIN STATEMENT SET;}) and {@code END} belong to one statement. Flink's
 * TableEnvironment takes one statement at a time and the client's own splitter is not public.
 */
final class Script {
  private static final Pattern RELATIVE_PATH = Pattern.compile("('path'\\s*=\\s*')(?![/$]|[a-z]+:)");

  private final String text;
  private int at;

  private Script(String text) {
    this.text = text;
  }

  /** The statements of a script, without their semicolons, comments kept. */
  static List<String> split(String text) {
    return new Script(text).statements();
  }

  /** The statement as if run in a folder: a JVM cannot change its own, so relative paths are made absolute. */
  static String inFolder(String statement, Path folder) {
    return RELATIVE_PATH.matcher(statement).replaceAll("$1" + Matcher.quoteReplacement(folder.toString()) + "/");
  }

  /** The first words of a statement in upper case, comments skipped: what kind of statement it is. */
  static List<String> leadingWords(String statement, int count) {
    Script script = new Script(statement);
    List<String> words = new ArrayList<>();
    while (words.size() < count && script.at < statement.length()) {
      String token = script.token();
      if (!token.isEmpty()) {
        words.add(token.toUpperCase(Locale.ROOT));
      }
    }
    return words;
  }

  private List<String> statements() {
    List<String> statements = new ArrayList<>();
    List<String> words = new ArrayList<>(); // of the statement being read
    int start = 0;
    boolean inSet = false;
    while (at < text.length()) {
      int tokenStart = at;
      String token = token().toUpperCase(Locale.ROOT);
      if (token.isEmpty()) {
        continue;
      }
      if (!token.equals(";")) {
        words.add(token);
        inSet |= words.equals(List.of("EXECUTE", "STATEMENT", "SET", "BEGIN"));
        inSet |= words.equals(List.of("BEGIN", "STATEMENT", "SET"));
        continue;
      }
      boolean ends = !inSet || words.get(words.size() - 1).equals("END");
      if (!ends) {
        continue;
      }
      if (!words.isEmpty()) {
        statements.add(text.substring(start, tokenStart).strip());
      }
      start = at;
      words.clear();
      inSet = false;
    }
    if (!words.isEmpty()) {
      statements.add(text.substring(start).strip());
    }
    return statements;
  }

  /** The next word, quoted text or character; empty for a comment or white space. */
  private String token() {
    int start = at;
    char c = text.charAt(at);
    if (text.startsWith("--", at)) {
      skipPast("\n");
      return "";
    }
    if (text.startsWith("/*", at)) {
      skipPast("*/");
      return "";
    }
    if (Character.isWhitespace(c)) {
      at++;
      return "";
    }
    if (c == '\'' || c == '`' || c == '"') {
      at++;
      skipPast(String.valueOf(c)); // a doubled quote reads as two quoted texts: the same end
      return text.substring(start, at);
    }
    at++;
    if (Character.isJavaIdentifierStart(c)) {
      while (at < text.length() && Character.isJavaIdentifierPart(text.charAt(at))) {
        at++;
      }
    }
    return text.substring(start, at);
  }

  private void skipPast(String end) {
    int found = text.indexOf(end, at);
    at = found < 0 ? text.length() : found + end.length();
  }
}
