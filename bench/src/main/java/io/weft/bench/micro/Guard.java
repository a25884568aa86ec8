package io.weft.bench.micro;

import io.weft.bench.micro.Ratio.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Measures the ratios in a file and fails when one has become worse than noise explains. What looks
 * worse is measured once more before it counts.
 *
 * <p>Run, from the repository's root: {@code java -cp bench/target/bench.jar
 * io.weft.bench.micro.Guard [--update] [FILE]}. With {@code --update} it writes what it has
 * measured into the file.
 */
public final class Guard {
  private static final String PACKAGES = "io.weft.";
  private static final String FILE = "bench/ratios.txt";

  private Guard() {}

  /**
   * Ends with 0 when all is well, 1 when a ratio is worse or was not measured, 2 when the guard
   * itself cannot run.
   *
   * @param args as above
   * @throws RunnerException no benchmark can be run
   * @throws IOException the file cannot be read or written
   */
  public static void main(String[] args) throws RunnerException, IOException {
    List<String> files = Stream.of(args).filter(arg -> !arg.startsWith("-")).toList();
    boolean update = List.of(args).contains("--update");
    if (files.size() > 1 || files.size() + (update ? 1 : 0) != args.length) {
      System.err.println("usage: Guard [--update] [FILE]");
      System.exit(2);
    }
    Path file = Path.of(files.isEmpty() ? FILE : files.getFirst());
    try {
      System.exit(guard(file, update) ? 0 : 1);
    } catch (NoSuchFileException e) {
      System.err.println(
          "there is no file " + file + ": run from the repository's root, or name it");
    } catch (IllegalArgumentException e) {
      System.err.println(file + ": " + e.getMessage());
    }
    System.exit(2);
  }

  private static boolean guard(Path file, boolean update) throws RunnerException, IOException {
    List<String> lines = Files.readAllLines(file);
    List<Ratio> ratios = lines.stream().filter(Guard::isRatio).map(Ratio::parse).toList();
    Map<String, Double> nanos = new TreeMap<>();
    measure(ratios, nanos);
    measure(ratios.stream().filter(r -> r.verdict(nanos) == Verdict.WORSE).toList(), nanos);

    System.out.println(Ratio.row("subject", "compared with", "baseline", "measured", "verdict"));
    ratios.forEach(ratio -> System.out.println(ratio.row(nanos)));
    if (update) {
      Files.write(file, update(lines, nanos));
    }
    return ratios.stream().allMatch(r -> isGood(r.verdict(nanos), update));
  }

  private static boolean isGood(Verdict verdict, boolean update) {
    return switch (verdict) {
      case OK, BETTER -> true;
      case WORSE -> update;
      case NOT_MEASURED -> false;
    };
  }

  private static boolean isRatio(String line) {
    return !line.isBlank() && !line.startsWith("#");
  }

  /** The lines with what was measured; comments stay. */
  static List<String> update(List<String> lines, Map<String, Double> nanos) {
    return lines.stream()
        .map(line -> isRatio(line) ? Ratio.parse(line).updated(nanos).line() : line)
        .toList();
  }

  /**
   * Puts the time of each benchmark into a map: the best iteration's, as whatever else the machine
   * does can only make it longer.
   */
  private static void measure(List<Ratio> ratios, Map<String, Double> nanos)
      throws RunnerException {
    List<String> names =
        ratios.stream().flatMap(r -> Stream.of(r.subject(), r.base())).distinct().toList();
    if (names.isEmpty()) {
      return;
    }
    System.out.println("measuring " + names.size() + " benchmarks, four seconds each");
    ChainedOptionsBuilder options = new OptionsBuilder().verbosity(VerboseMode.SILENT);
    names.forEach(name -> options.include("^" + Pattern.quote(PACKAGES + name) + "$"));
    for (RunResult run : new Runner(options.build()).run()) {
      String name = run.getParams().getBenchmark().substring(PACKAGES.length());
      nanos.merge(name, best(run), Math::min);
    }
  }

  private static double best(RunResult run) {
    return run.getBenchmarkResults().stream()
        .flatMap(fork -> fork.getIterationResults().stream())
        .mapToDouble(iteration -> iteration.getPrimaryResult().getScore())
        .min()
        .orElse(Double.NaN);
  }
}
