import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;

/**
 * A table of scalar expressions with the type and the text that Flink gives them, over the one row of
 * table v (v.sql and v.json beside the tables). Many are evaluated in one job, since a job costs more
 * than a hundred expressions; when one of them fails at run time the job is halved until it is found.
 */
final class Expressions {
  private static final int PER_JOB = 40;
  private static final String ERROR = "ERROR";
  private static final Pattern SET = Pattern.compile("#!\\s*SET\\s+'([^']+)'\\s*=\\s*'([^']*)'.*");

  /** A line of the file: either kept as it is, or an expression. */
  private static final class Line {
    String text;
    String expression; // null for comments, settings and empty lines
    String expectedType = "";
    String expectedResult = "";
    String type = ERROR;
    String result = ERROR;
    String why = ""; // the error's message, for the report

    boolean expectsError() {
      return expectedResult.equals(ERROR);
    }

    boolean asExpected() {
      return type.equals(expectedType) && result.equals(expectedResult);
    }
  }

  private final Flink flink;
  private final Path path;
  private final List<Line> lines = new ArrayList<>();

  private Expressions(Flink flink, Path path) {
    this.flink = flink;
    this.path = path;
  }

  static CaseRun.Result run(Flink flink, Path path, FlinkJudge.Options options) throws Exception {
    Expressions expressions = new Expressions(flink, path);
    expressions.readAndEvaluate();
    List<Line> wrong =
        expressions.lines.stream().filter(line -> line.expression != null && !line.asExpected()).toList();
    if (options.update) {
      if (wrong.isEmpty()) {
        return new CaseRun.Result(CaseRun.Verdict.PASSED, "");
      }
      expressions.write();
      return new CaseRun.Result(CaseRun.Verdict.UPDATED, wrong.size() + " expressions" + expressions.newErrors(wrong));
    }
    StringBuilder text = new StringBuilder();
    for (Line line : wrong) {
      text.append(line.expression).append('\n');
      text.append("  - ").append(line.expectedType).append('\t').append(line.expectedResult).append('\n');
      text.append("  + ").append(line.type).append('\t').append(line.result).append(' ').append(line.why);
      text.append('\n');
    }
    return new CaseRun.Result(
        wrong.isEmpty() ? CaseRun.Verdict.PASSED : CaseRun.Verdict.FAILED, text.toString());
  }

  /** An update that turns something into an error says so: it may be a typing mistake. */
  private String newErrors(List<Line> wrong) {
    StringBuilder text = new StringBuilder();
    for (Line line : wrong) {
      if (line.type.equals(ERROR)) {
        text.append('\n').append(line.expression).append("\n    ").append(line.why);
      }
    }
    return text.toString();
  }

  private void readAndEvaluate() throws Exception {
    Map<String, String> settings = new LinkedHashMap<>();
    List<Line> group = new ArrayList<>(); // expressions under the same settings
    for (String text : Files.readAllLines(path)) {
      Line line = new Line();
      line.text = text;
      lines.add(line);
      Matcher set = SET.matcher(text);
      if (set.matches()) {
        evaluate(group, settings);
        group.clear();
        settings.put(set.group(1), set.group(2));
      } else if (!text.isBlank() && !text.startsWith("#")) {
        String[] columns = text.split("\t", -1);
        line.expression = columns[0];
        line.expectedType = columns.length > 1 ? columns[1] : "";
        line.expectedResult = columns.length > 2 ? columns[2] : "";
        group.add(line);
      }
    }
    evaluate(group, settings);
  }

  private void write() throws IOException {
    List<String> out = new ArrayList<>();
    for (Line line : lines) {
      out.add(line.expression == null ? line.text : line.expression + "\t" + line.type + "\t" + line.result);
    }
    Files.write(path, out);
  }

  private void evaluate(List<Line> group, Map<String, String> settings) throws Exception {
    if (group.isEmpty()) {
      return;
    }
    Flink.Session session = flink.session();
    session.set(settings);
    Path folder = path.toAbsolutePath().getParent();
    for (String statement : Script.split(Files.readString(folder.resolve("v.sql")))) {
      session.run(statement.replace("${dir}", folder.toString()));
    }
    List<Line> expectedToWork = new ArrayList<>();
    for (Line line : group) {
      if (!findType(session, line)) {
        continue;
      }
      if (line.expectsError()) {
        results(session, List.of(line)); // alone, so that it does not spoil a job of many
      } else {
        expectedToWork.add(line);
      }
    }
    for (int i = 0; i < expectedToWork.size(); i += PER_JOB) {
      results(session, expectedToWork.subList(i, Math.min(i + PER_JOB, expectedToWork.size())));
    }
  }

  private static boolean findType(Flink.Session session, Line line) {
    try {
      line.type =
          session
              .tables
              .sqlQuery("SELECT " + line.expression + " AS c FROM v")
              .getResolvedSchema()
              .getColumnDataTypes()
              .get(0)
              .getLogicalType()
              .asSummaryString();
      return true;
    } catch (Exception refused) {
      line.why = lastMessage(refused);
      return false;
    }
  }

  private static void results(Flink.Session session, List<Line> some) {
    StringBuilder query = new StringBuilder("SELECT ");
    for (Line line : some) {
      query.append(query.length() > 7 ? ", " : "").append("CAST(").append(line.expression).append(" AS STRING)");
    }
    query.append(" FROM v");
    try (CloseableIterator<Row> rows = session.tables.executeSql(query.toString()).collect()) {
      Row row = rows.next();
      for (int i = 0; i < some.size(); i++) {
        some.get(i).result = row.getField(i) == null ? "NULL" : escape((String) row.getField(i));
      }
    } catch (Exception failed) {
      if (some.size() == 1) {
        some.get(0).type = ERROR;
        some.get(0).why = lastMessage(failed);
        return;
      }
      results(session, some.subList(0, some.size() / 2));
      results(session, some.subList(some.size() / 2, some.size()));
    }
  }

  /** A result must stay on its line and in its column. */
  private static String escape(String text) {
    return text.replace("\\", "\\\\")
        .replace("\t", "\\t")
        .replace("\n", "\\n")
        .replace("\r", "\\r")
        .replace("\0", "\\0");
  }

  private static String lastMessage(Throwable error) {
    List<String> messages = Flink.messages(error);
    return messages.get(messages.size() - 1).lines().findFirst().orElse("");
  }
}
