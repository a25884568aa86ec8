package io.weft.containers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** How many runs of cases the build counted on the host. */
final class HostRecord {
  private HostRecord() {}

  /** The last count of each class of cases; empty when the adapter was not tested in this build. */
  static Map<String, Long> runs(Suite suite) throws IOException {
    String module =
        switch (suite.poller()) {
          case "epoll" -> "poller-epoll-jni";
          case "io_uring" -> "poller-iouring";
          default -> "poller-" + suite.poller();
        };
    Path file = Script.ROOT.resolve(module).resolve("target/weft-tck.tsv");
    Map<String, Long> runs = new TreeMap<>();
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        String[] cells = line.split("\t", 4);
        if (cells[0].equals(suite.poller()) && cells[1].equals(suite.scheduling())) {
          runs.put(cells[2], Long.valueOf(cells[3]));
        }
      }
    }
    if (!suite.isWhole()) {
      runs.keySet().retainAll(suite.families().stream().map(name -> name + "Tck").toList());
    }
    return runs;
  }
}
