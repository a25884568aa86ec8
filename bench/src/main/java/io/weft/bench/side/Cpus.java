package io.weft.bench.side;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What the kernel grants this process. */
final class Cpus {
  private Cpus() {}

  /** The numbers of the CPUs that it may run on. */
  static List<Integer> allowed() throws IOException {
    return parse(value(Path.of("/proc/self/status"), "Cpus_allowed_list:"));
  }

  /** A list as the kernel writes it: {@code 0-3,8}. */
  static List<Integer> parse(String list) {
    return Stream.of(list.split(",", -1))
        .map(range -> range.split("-", 2))
        .flatMap(
            ends ->
                IntStream.rangeClosed(
                        Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]))
                    .boxed())
        .toList();
  }

  /** How many descriptors it may have, and its children after it: a JVM takes all it can. */
  static long descriptorsMax() throws IOException {
    String soft = value(Path.of("/proc/self/limits"), "Max open files").split("\\s+", -1)[0];
    return soft.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(soft);
  }

  private static String value(Path file, String name) throws IOException {
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith(name))
          .map(line -> line.substring(name.length()).strip())
          .findFirst()
          .orElseThrow(() -> new IOException(file + " does not tell " + name));
    }
  }
}
