import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * Runs weir's golden tests on the real Flink, in one JVM: the expected results that weir is held to
 * are Flink's, and this is what fetches them ({@code --update}) and keeps them honest.
 */
public final class FlinkJudge {
  /** What the command line asked for. */
  static final class Options {
    boolean update;
    boolean show;
    int timeoutSeconds = 60;
    int threads = Math.max(2, Math.min(4, Runtime.getRuntime().availableProcessors()));
    final List<Path> files = new ArrayList<>();
    final List<JobRun> jobs = new ArrayList<>();
  }

  /** Something that runs beside others; its name goes into the report. */
  private record Task(String name, Future<CaseRun.Result> result) {}

  private static final String USAGE =
      """
      usage: judge.sh [--update | --show] [--timeout SECONDS] [--threads N] [--job FOLDER TABLES JOB]... [FILE|FOLDER]...
        runs .case files and expression tables (.tsv) on Flink and compares
        --update  takes over Flink's results into the files
        --show    prints what each case gives, compares nothing
        --job     runs the SQL files TABLES and JOB, with table paths relative to FOLDER
      """;

  public static void main(String[] arguments) throws Exception {
    Options options = parse(arguments);
    int failed;
    try (Flink flink = new Flink(options.threads)) {
      failed = judge(flink, options);
    }
    System.exit(failed == 0 ? 0 : 1); // Flink leaves threads behind that would hold the JVM
  }

  private static int judge(Flink flink, Options options) throws Exception {
    ExecutorService workers = Executors.newFixedThreadPool(options.threads);
    List<Task> tasks = new ArrayList<>();
    for (Path file : options.files) {
      tasks.add(
          new Task(
              file.toString(),
              workers.submit(
                  () ->
                      file.toString().endsWith(".tsv")
                          ? Expressions.run(flink, file, options)
                          : CaseRun.run(flink, file, options))));
    }
    for (JobRun job : options.jobs) {
      tasks.add(new Task(job.toString(), workers.submit(() -> job.run(flink))));
    }
    int[] counts = new int[CaseRun.Verdict.values().length];
    for (Task task : tasks) {
      CaseRun.Result result;
      try {
        result = task.result().get();
      } catch (ExecutionException broken) {
        String why = String.join("\n  caused by: ", Flink.messages(broken.getCause()));
        result = new CaseRun.Result(CaseRun.Verdict.FAILED, why);
      }
      counts[result.verdict().ordinal()]++;
      System.out.printf("%-7s %s%n", result.verdict().toString().toLowerCase(), task.name());
      if (!result.text().isBlank()) {
        System.out.println(result.text().stripTrailing().indent(8).stripTrailing());
      }
    }
    workers.shutdown();
    int failed = counts[CaseRun.Verdict.FAILED.ordinal()];
    System.out.printf(
        "%d passed, %d updated, %d skipped, %d failed%n",
        counts[CaseRun.Verdict.PASSED.ordinal()],
        counts[CaseRun.Verdict.UPDATED.ordinal()],
        counts[CaseRun.Verdict.SKIPPED.ordinal()],
        failed);
    return failed;
  }

  private static Options parse(String[] arguments) throws Exception {
    Options options = new Options();
    for (int i = 0; i < arguments.length; i++) {
      switch (arguments[i]) {
        case "--update", "--update-expressions" -> options.update = true;
        case "--show" -> options.show = true;
        case "--timeout" -> options.timeoutSeconds = Integer.parseInt(arguments[++i]);
        case "--threads" -> options.threads = Integer.parseInt(arguments[++i]);
        case "--job" ->
            options.jobs.add(
                new JobRun(Path.of(arguments[++i]), Path.of(arguments[++i]), Path.of(arguments[++i])));
        default -> addFiles(options.files, Path.of(arguments[i]));
      }
    }
    if (options.files.isEmpty() && options.jobs.isEmpty()) {
      System.err.print(USAGE);
      System.exit(2);
    }
    return options;
  }

  private static void addFiles(List<Path> files, Path path) throws Exception {
    if (!Files.isDirectory(path)) {
      files.add(path);
      return;
    }
    try (Stream<Path> tree = Files.walk(path)) {
      tree.filter(Files::isRegularFile)
          .filter(file -> file.toString().endsWith(".case") || file.toString().endsWith(".tsv"))
          .sorted()
          .forEach(files::add);
    }
  }
}
