package io.weft.bench.report;

import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What is left of a run: {@code results.json}, {@code results.csv}, {@code report.html}. */
public final class ReportFiles {
  private ReportFiles() {}

  /**
   * Writes all of them, over those of an earlier run.
   *
   * @param results what they tell
   * @param folder made if it is not there
   * @return the files
   * @throws IOException the folder cannot be written to
   */
  public static List<Path> write(Results results, Path folder) throws IOException {
    Files.createDirectories(folder);
    return List.of(
        Files.writeString(folder.resolve("results.json"), json(results)),
        Files.writeString(folder.resolve("results.csv"), Csv.of(results)),
        Files.writeString(folder.resolve("report.html"), HtmlReport.of(results)));
  }

  static String json(Results results) {
    return new GsonBuilder().disableHtmlEscaping().setPrettyPrinting().create().toJson(results)
        + "\n";
  }
}
