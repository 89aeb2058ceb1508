import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A golden test: one text file of sections, each begun by a line {@code --- HEADING}. The format is
 * described in tests/golden/README.md; weir's own runner, tests/golden/run.py, reads the same files.
 */
final class CaseFile {
  /** A section: the words after {@code ---}, and the lines up to the next one. */
  static final class Section {
    final String heading;
    List<String> lines = new ArrayList<>();

    Section(String heading) {
      this.heading = heading;
    }

    String kind() {
      return heading.split("\\s+", 2)[0];
    }

    /** The words after the kind: a name, then options. */
    List<String> words() {
      String[] words = heading.split("\\s+");
      return List.of(words).subList(1, words.length);
    }

    String name() {
      return words().isEmpty() ? "" : words().get(0);
    }

    boolean has(String option) {
      return words().contains(option);
    }

    /** The lines without the blank ones that separate this section from the next. */
    List<String> text() {
      int end = lines.size();
      while (end > 0 && lines.get(end - 1).isBlank()) {
        end--;
      }
      return lines.subList(0, end);
    }
  }

  final Path path;
  final List<Section> sections = new ArrayList<>();

  private CaseFile(Path path) {
    this.path = path;
  }

  static CaseFile read(Path path) throws IOException {
    CaseFile file = new CaseFile(path);
    Section section = null;
    for (String line : Files.readAllLines(path)) {
      if (line.startsWith("--- ")) {
        section = new Section(line.substring(4).strip());
        file.sections.add(section);
      } else if (section != null) {
        section.lines.add(line);
      } else if (!line.isBlank()) {
        throw new IOException(path + ": text before the first section: " + line);
      }
    }
    return file;
  }

  void write() throws IOException {
    StringBuilder text = new StringBuilder();
    for (Section section : sections) {
      text.append(text.isEmpty() ? "" : "\n").append("--- ").append(section.heading).append('\n');
      section.text().forEach(line -> text.append(line).append('\n'));
    }
    Files.writeString(path, text.toString());
  }

  Optional<Section> first(String kind) {
    return sections.stream().filter(section -> section.kind().equals(kind)).findFirst();
  }

  /** Why Flink is not to run this case, from {@code --- flink skip: REASON}. */
  Optional<String> flinkSkip() {
    return sections.stream()
        .filter(section -> section.heading.startsWith("flink skip:"))
        .map(section -> section.heading.substring("flink skip:".length()).strip())
        .findFirst();
  }

  String sql(Path dir) {
    StringBuilder sql = new StringBuilder();
    for (Section section : sections) {
      if (section.kind().equals("sql")) {
        sql.append(String.join("\n", section.text())).append('\n');
      }
    }
    return sql.toString().replace("${dir}", dir.toString());
  }

  /** Writes the input files and folders into the case's scratch folder. */
  void writeInputs(Path dir) throws IOException {
    for (Section section : sections) {
      if (section.kind().equals("folder")) {
        Files.createDirectories(dir.resolve(section.name()));
      } else if (section.kind().equals("file")) {
        Path file = dir.resolve(section.name());
        Files.createDirectories(file.getParent());
        Files.write(file, section.has("escaped") ? unescaped(section) : plain(section));
      }
    }
  }

  private static byte[] plain(Section section) {
    StringBuilder text = new StringBuilder();
    section.text().forEach(line -> text.append(line).append('\n'));
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Exactly the bytes that the escapes say: the lines of the case file end nothing by themselves. */
  private byte[] unescaped(Section section) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (String line : section.text()) {
      bytes.writeBytes(unescape(line));
    }
    return bytes.toByteArray();
  }

  private byte[] unescape(String line) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] in = line.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < in.length; i++) {
      if (in[i] != '\\') {
        out.write(in[i]);
        continue;
      }
      char escape = ++i < in.length ? (char) in[i] : ' ';
      switch (escape) {
        case 'n' -> out.write('\n');
        case 'r' -> out.write('\r');
        case 't' -> out.write('\t');
        case '0' -> out.write(0);
        case '\\' -> out.write('\\');
        case 'x' -> {
          out.write(Integer.parseInt(new String(in, i + 1, 2, StandardCharsets.US_ASCII), 16));
          i += 2;
        }
        default -> throw new IOException(path + ": unknown escape \\" + escape + " in: " + line);
      }
    }
    return out.toByteArray();
  }
}
