import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.flink.client.deployment.executors.PipelineExecutorUtils;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.PipelineExecutor;
import org.apache.flink.core.execution.PipelineExecutorFactory;
import org.apache.flink.core.execution.PipelineExecutorServiceLoader;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.runtime.minicluster.MiniClusterJobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableResult;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;

/**
 * One MiniCluster that every case of a run shares: starting one takes seconds, submitting a job to a
 * running one takes a tenth of that. Sessions are isolated: each has its own catalog and settings.
 */
final class Flink implements AutoCloseable {
  private final MiniCluster cluster;

  Flink(int concurrentJobs) throws Exception {
    Configuration configuration = new Configuration();
    configuration.setString("rest.port", "0");
    configuration.setString("rest.bind-address", "localhost");
    // Managed memory is divided over the slots, and a window aggregation refuses too small a share.
    configuration.setString("taskmanager.memory.managed.size", 160 * (concurrentJobs + 1) + "m");
    configuration.setString("taskmanager.memory.network.min", "256m");
    configuration.setString("taskmanager.memory.network.max", "256m");
    cluster =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(concurrentJobs + 1)
                .build());
    cluster.start();
  }

  @Override
  public void close() throws Exception {
    cluster.close();
  }

  Session session() {
    return new Session();
  }

  /** What a SQL client session is: tables, settings, and the statements run one after the other. */
  final class Session {
    final StreamTableEnvironment tables;
    private volatile JobClient running;
    private static final Pattern SET =
        Pattern.compile("(?is)(?:--[^\\n]*\\n|\\s)*SET\\s+'([^']+)'\\s*=\\s*'((?:[^']|'')*)'\\s*");

    private Session() {
      ClassLoader loader = Thread.currentThread().getContextClassLoader();
      Configuration configuration = new Configuration();
      configuration.setString("execution.target", "judge");
      configuration.setString("parallelism.default", "1");
      configuration.setString("restart-strategy.type", "none");
      // Emit every advance of a watermark at once and not when a clock ticks: whether a row is late
      // is then decided row by row, the same in every run, and so it is in weir.
      configuration.setString("pipeline.auto-watermark-interval", "0 ms");
      StreamExecutionEnvironment environment =
          new StreamExecutionEnvironment(new OnCluster(), configuration, loader);
      tables = StreamTableEnvironment.create(environment, EnvironmentSettings.inStreamingMode());
    }

    void set(Map<String, String> settings) {
      settings.forEach(tables.getConfig()::set);
    }

    /**
     * Runs one statement to its end; a query's rows come back in print form, anything else gives
     * none. SET is the SQL client's and not the TableEnvironment's, so it is done here.
     */
    List<String> run(String statement) throws Exception {
      List<String> words = Script.leadingWords(statement, 4);
      String verb = words.get(0);
      if (verb.equals("SET")) {
        Matcher set = SET.matcher(statement);
        if (!set.matches()) {
          throw new IllegalArgumentException("not SET 'key' = 'value': " + statement);
        }
        tables.getConfig().set(set.group(1), set.group(2).replace("''", "'"));
        return List.of();
      }
      TableResult result = tables.executeSql(statement);
      running = result.getJobClient().orElse(null);
      List<String> printed = new ArrayList<>();
      if (verb.equals("SELECT") || verb.equals("WITH") || verb.equals("VALUES") || verb.equals("(")) {
        try (CloseableIterator<Row> rows = result.collect()) {
          rows.forEachRemaining(row -> printed.add(row.toString()));
        }
      } else if (verb.equals("EXPLAIN") || verb.equals("DESCRIBE") || verb.equals("SHOW")) {
        result.collect().forEachRemaining(row -> printed.add(String.valueOf(row.getField(0))));
        printed.clear(); // plans and listings are Flink's own affair: only that they work counts
      } else {
        result.await();
      }
      running = null;
      return printed;
    }

    /** Stops the job that runs now, if any; for a case that took too long. */
    void cancel() {
      JobClient job = running;
      if (job != null) {
        try {
          job.cancel().get(10, TimeUnit.SECONDS);
        } catch (Exception ignored) {
          // The case is reported as timed out anyhow, and the cluster ends with the run.
        }
      }
    }
  }

  /** Tells Flink's client code to submit to our cluster; its own targets start one for each job. */
  private final class OnCluster implements PipelineExecutorServiceLoader, PipelineExecutorFactory {
    @Override
    public PipelineExecutorFactory getExecutorFactory(Configuration configuration) {
      return this;
    }

    @Override
    public Stream<String> getExecutorNames() {
      return Stream.of("judge");
    }

    @Override
    public String getName() {
      return "judge";
    }

    @Override
    public boolean isCompatibleWith(Configuration configuration) {
      return true;
    }

    @Override
    public PipelineExecutor getExecutor(Configuration ignored) {
      return (pipeline, configuration, loader) ->
          cluster
              .submitJob(PipelineExecutorUtils.getStreamGraph(pipeline, configuration))
              .thenApply(
                  submitted ->
                      new MiniClusterJobClient(
                          submitted.getJobID(),
                          cluster,
                          loader,
                          MiniClusterJobClient.JobFinalizationBehavior.NOTHING));
    }
  }

  /** The messages of an exception and its causes, outermost first. */
  static List<String> messages(Throwable error) {
    List<String> messages = new ArrayList<>();
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      String message = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
      if (messages.isEmpty() || !messages.get(messages.size() - 1).contains(message)) {
        messages.add(message);
      }
    }
    return messages;
  }
}
