package io.weft.server;

import io.weft.Net;
import io.weft.PollerReport;
import io.weft.server.options.CommonOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code weft probe}. */
@Command(
    name = "probe",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    header = "Tells which pollers work on this machine, and why the others do not.",
    description = {
      "",
      "For each poller: whether it is available, the reason, and what to do about it. Then which "
          + "one the options choose, and what carries the virtual threads.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  weft probe",
      "  weft probe --deny io_uring",
      "  weft probe --json",
      "",
      "Exit codes: 0 normal; 1 when no poller, or not the one that --poller names, can be used; "
          + "2 usage."
    })
final class ProbeCommand implements Callable<Integer> {
  private final Console console;

  @Option(names = "--json", description = "Print it as JSON.")
  private boolean json;

  @Mixin private final CommonOptions common = new CommonOptions();

  ProbeCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    List<PollerReport> reports = Net.probe();
    if (json) {
      tellJson(reports);
    } else {
      table(reports).forEach(console::line);
      try (Net net = net()) {
        console.line("");
        Choice.lines(net).forEach(console::line);
      }
    }
    return ExitCode.OK;
  }

  private void tellJson(List<PollerReport> reports) {
    String text = ProbeJson.of(reports, null);
    try (Net net = net()) {
      text = ProbeJson.of(reports, net);
    } finally {
      console.line(text);
    }
  }

  private Net net() {
    return ServerModule.injector(console, common).getInstance(Net.class);
  }

  static List<String> table(List<PollerReport> reports) {
    List<String[]> rows = new ArrayList<>();
    rows.add(new String[] {"POLLER", "AVAILABLE", "REASON", "REMEDY"});
    for (PollerReport report : reports) {
      String available = report.available() ? "yes" : "no";
      rows.add(new String[] {report.name(), available, report.reason(), report.remedy()});
    }
    int[] widths = new int[rows.getFirst().length];
    for (String[] row : rows) {
      Arrays.setAll(widths, column -> Math.max(widths[column], row[column].length()));
    }
    return rows.stream().map(row -> line(row, widths)).toList();
  }

  private static String line(String[] cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < cells.length; column++) {
      line.append(cells[column]).repeat(' ', widths[column] - cells[column].length() + 2);
    }
    return line.toString().stripTrailing();
  }
}
