import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Runs a job file on Flink as `weir run -i TABLES JOB` would: the statements of both files, one after the other, with
 * the paths of tables relative to a folder. Its results stay in that folder, for somebody else to compare.
 */
record JobRun(Path folder, Path tables, Path job) {
  CaseRun.Result run(Flink flink) throws Exception {
    Flink.Session session = flink.session();
    for (Path file : List.of(tables, job)) {
      for (String statement : Script.split(Files.readString(file))) {
        session.run(Script.inFolder(statement, folder.toAbsolutePath()));
      }
    }
    return new CaseRun.Result(CaseRun.Verdict.PASSED, "");
  }

  @Override
  public String toString() {
    return job + " in " + folder;
  }
}
