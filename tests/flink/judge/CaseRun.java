import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** Runs one case on Flink in a scratch folder of its own and compares, shows or takes over what it gave. */
final class CaseRun {
  enum Verdict {
    PASSED,
    UPDATED,
    SKIPPED,
    FAILED
  }

  record Result(Verdict verdict, String text) {}

  private static final String STILL_RUNNING = "still running after ";

  private final Flink flink;
  private final CaseFile file;
  private final Path dir;
  private final List<String> printed = new ArrayList<>();
  private Throwable error; // of the statement that failed, or null
  private volatile Flink.Session session;

  private CaseRun(Flink flink, CaseFile file, Path dir) {
    this.flink = flink;
    this.file = file;
    this.dir = dir;
  }

  static Result run(Flink flink, Path path, FlinkJudge.Options options) throws Exception {
    CaseFile file = CaseFile.read(path);
    if (file.flinkSkip().isPresent()) {
      return new Result(Verdict.SKIPPED, file.flinkSkip().get());
    }
    // Once in some hundred failing jobs Flink's client misses that the job has ended: try again.
    Result result = runOnce(flink, file, options);
    return result.text().contains(STILL_RUNNING) ? runOnce(flink, file, options) : result;
  }

  private static Result runOnce(Flink flink, CaseFile file, FlinkJudge.Options options) throws Exception {
    Path dir = Files.createTempDirectory("flink-judge-");
    try {
      CaseRun run = new CaseRun(flink, file, dir);
      file.writeInputs(dir);
      run.executeWithin(options.timeoutSeconds);
      if (options.show) {
        return new Result(Verdict.PASSED, run.everything());
      }
      return options.update ? run.update() : run.compare();
    } finally {
      removeTree(dir);
    }
  }

  private void executeWithin(int seconds) throws Exception {
    FutureTask<Void> task =
        new FutureTask<>(
            () -> {
              session = flink.session(); // here: the planner keeps parts of it per thread
              for (String statement : Script.split(file.sql(dir))) {
                // A row whose text holds a line end takes several lines, as it does in the case file.
                session.run(Script.inFolder(statement, dir)).forEach(row -> printed.addAll(List.of(row.split("\n", -1))));
              }
              return null;
            });
    Thread thread = new Thread(task, file.path.toString());
    thread.setDaemon(true); // a case that ignores its interruption must not keep the JVM alive
    thread.start();
    try {
      task.get(seconds, TimeUnit.SECONDS);
    } catch (ExecutionException failed) {
      error = failed.getCause();
    } catch (TimeoutException late) {
      error = new TimeoutException(STILL_RUNNING + seconds + " s");
      if (session != null) {
        session.cancel();
      }
      thread.interrupt();
    }
  }

  private Result compare() throws IOException {
    CaseFile.Section expectedError = file.first("error").orElse(null);
    if (expectedError != null && !expectedError.has("weir-only") && !(error instanceof TimeoutException)) {
      return error != null
          ? new Result(Verdict.PASSED, "")
          : new Result(Verdict.FAILED, "an error was expected, Flink gave none");
    }
    if (error != null) {
      return new Result(Verdict.FAILED, "error: " + String.join("\n  caused by: ", Flink.messages(error)));
    }
    StringBuilder differences = new StringBuilder();
    for (CaseFile.Section section : file.sections) {
      if (isOutput(section)) {
        String difference = difference(section.text(), actual(section));
        if (!difference.isEmpty()) {
          differences.append("--- ").append(section.heading).append('\n').append(difference);
        }
      }
    }
    return differences.isEmpty()
        ? new Result(Verdict.PASSED, "")
        : new Result(Verdict.FAILED, differences.toString().stripTrailing());
  }

  private Result update() throws IOException {
    if (file.first("error").isPresent() || error != null) {
      return compare(); // an error's text is weir's, and none is invented here
    }
    boolean changed = false;
    for (CaseFile.Section section : file.sections) {
      // Lines in another order are not a change: do not churn the file.
      if (isOutput(section) && !difference(section.text(), actual(section)).isEmpty()) {
        section.lines = actual(section);
        changed = true;
      }
    }
    if (changed) {
      file.write();
    }
    return new Result(changed ? Verdict.UPDATED : Verdict.PASSED, "");
  }

  /** All that the run left, for looking at a case while writing it. */
  private String everything() throws IOException {
    StringBuilder text = new StringBuilder();
    printed.forEach(line -> text.append(line).append('\n'));
    for (CaseFile.Section section : file.sections) {
      if (section.kind().equals("rows")) {
        text.append("--- ").append(section.heading).append('\n');
        actual(section).forEach(line -> text.append(line).append('\n'));
      }
    }
    if (error != null) {
      text.append("error: ").append(String.join("\n  caused by: ", Flink.messages(error)));
    }
    return text.toString();
  }

  private static boolean isOutput(CaseFile.Section section) {
    return section.kind().equals("rows") || section.kind().equals("print");
  }

  private List<String> actual(CaseFile.Section section) throws IOException {
    return section.kind().equals("print") ? printed : sinkLines(dir.resolve(section.name()));
  }

  /** The lines of every part file under a sink's folder; hidden files are unfinished ones. */
  private static List<String> sinkLines(Path folder) throws IOException {
    List<String> lines = new ArrayList<>();
    if (!Files.exists(folder)) {
      return lines;
    }
    try (Stream<Path> tree = Files.walk(folder)) {
      for (Path path : tree.sorted().toList()) {
        String inside = "/" + folder.relativize(path);
        if (Files.isRegularFile(path) && !inside.contains("/.") && !inside.contains("/_")) {
          lines.addAll(Files.readAllLines(path));
        }
      }
    }
    return lines;
  }

  /** Lines missing (-) and unexpected (+), both taken as multisets; empty when there are none. */
  private static String difference(List<String> expected, List<String> actual) {
    List<String> missing = new ArrayList<>(expected);
    StringBuilder text = new StringBuilder();
    List<String> unexpected = actual.stream().filter(line -> !missing.remove(line)).toList();
    missing.forEach(line -> text.append("- ").append(line).append('\n'));
    unexpected.forEach(line -> text.append("+ ").append(line).append('\n'));
    return text.toString();
  }

  private static void removeTree(Path dir) throws IOException {
    try (Stream<Path> tree = Files.walk(dir)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
