package io.weft.bench.side;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a process has used, as {@code /proc} tells.
 *
 * @param userMicros CPU time in its own code
 * @param systemMicros CPU time in the kernel
 * @param switches context switches of all its threads
 * @param residentBytes memory
 */
record Usage(long userMicros, long systemMicros, long switches, long residentBytes) {
  /** USER_HZ, which is 100 for every program on Linux. */
  private static final long MICROS_PER_TICK = 10_000;

  private static final int KIB = 1_024;
  private static final int UTIME = 11;
  private static final int STIME = 12;

  static Usage of(long pid) throws IOException {
    Path process = Path.of("/proc", String.valueOf(pid));
    String stat = Files.readString(process.resolve("stat"));
    // the name of the program, in parentheses, may have blanks in it
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return new Usage(
        Long.parseLong(fields[UTIME]) * MICROS_PER_TICK,
        Long.parseLong(fields[STIME]) * MICROS_PER_TICK,
        switches(process.resolve("task")),
        number(process.resolve("status"), "VmRSS:") * KIB);
  }

  /** CPU time of both kinds since an earlier moment. */
  double cpuMicrosSince(Usage before) {
    return userMicros - before.userMicros + systemMicros - before.systemMicros;
  }

  private static long switches(Path tasks) throws IOException {
    long switches = 0;
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(tasks)) {
      for (Path thread : threads) {
        try {
          // voluntary ones and others
          switches += number(thread.resolve("status"), "voluntary_ctxt_switches:");
        } catch (IOException e) {
          if (Files.exists(thread)) {
            throw e;
          } // else it has ended meanwhile
        }
      }
    }
    return switches;
  }

  /** The sum of the numbers on lines that have this text. */
  private static long number(Path status, String text) throws IOException {
    return Files.readAllLines(status).stream()
        .filter(line -> line.contains(text))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
        .sum();
  }
}
