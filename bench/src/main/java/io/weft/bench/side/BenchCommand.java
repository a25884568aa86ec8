package io.weft.bench.side;

import io.weft.bench.report.Measurement;
import io.weft.bench.report.ReportFiles;
import io.weft.bench.report.Results;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line. */
@Command(
    name = "weft-bench",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    header = "Measures Weft's echo server and those of other stacks side by side.",
    description = {
      "",
      "Each server runs as a process of its own on one CPU, and a load generator on another one. In"
          + " each round every candidate runs once, on a fresh server and a fresh load, in an order"
          + " that rotates. Every byte that comes back is checked.",
      "",
      "Tables show medians of the rounds, and medians of the ratios to the baseline's figure of the"
          + " same round. docs/performance.md tells how to read them.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  weft-bench --quick",
      "  weft-bench --list",
      "  weft-bench --modes pingpong-64B --connections 64 --candidates 'weft-*,netty-*'",
      "  weft-bench --modes rate-64B --rate 50000 --rounds 9 --out rate-50k",
      "",
      "Exit codes: 0 normal; 1 a server failed, or a byte came back wrong; 2 usage."
    })
final class BenchCommand implements Callable<Integer> {
  private static final int DESCRIPTORS_BESIDE = 256;
  // each more takes twenty seconds
  private static final List<String> QUICK_CANDIDATES =
      List.of(
          "weft-io_uring",
          "weft-epoll",
          "weft-nio",
          "weft-epoll-jdk",
          "jdk",
          "netty-io_uring",
          "netty-epoll",
          "go",
          "c-epoll",
          "c-io_uring");
  private static final List<String> QUICK_MODES = List.of("pingpong-64B");
  private static final List<Integer> QUICK_CONNECTIONS = List.of(64);
  private static final Duration COUNT_TIME_MAX = Duration.ofSeconds(1);

  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--root", hidden = true, description = "The working copy.")
  private Path root = Path.of("");

  @Option(
      names = "--list",
      description = "Print all candidates and modes, and what is not available here and why.")
  private boolean list;

  @Option(
      names = "--quick",
      description =
          "A first impression in less than five minutes: the ten most telling candidates in "
              + "pingpong-64B on 64 connections, 3 rounds of 1 s, with a shorter warm-up. Options "
              + "beside it win.")
  private boolean quick;

  @Option(
      names = "--candidates",
      split = ",",
      paramLabel = "NAME",
      description = "Which servers; * stands for anything. Default: all.")
  private List<String> candidates = List.of();

  @Option(
      names = "--modes",
      split = ",",
      paramLabel = "NAME",
      description = "Which kinds of load; * stands for anything. Default: all.")
  private List<String> modes = List.of();

  @Option(
      names = "--connections",
      split = ",",
      paramLabel = "N",
      description = "How many connections. Default: those that --list shows for each mode.")
  private List<Integer> connections = List.of();

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "How often each candidate runs in each mode. Default: 5")
  private @Nullable Integer rounds;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "How long is measured each time. Default: 3")
  private @Nullable Double seconds;

  @Option(
      names = "--warm",
      paramLabel = "S",
      description =
          "How long the load runs before that at most: it ends when requests cost no less CPU time "
              + "than before. Default: 6")
  private @Nullable Double warm;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "20000",
      description = "Requests per second of rate-64B. Default: ${DEFAULT-VALUE}")
  private int rate;

  @Option(
      names = "--baseline",
      paramLabel = "NAME",
      description = "The candidate that ratios refer to. Default: jdk, or the first that is there")
  private @Nullable String baseline;

  @Option(
      names = "--server-cpus",
      paramLabel = "LIST",
      description = "The server's CPUs, as taskset takes them. Default: the first that is allowed")
  private @Nullable String serverCpus;

  @Option(
      names = "--load-cpus",
      paramLabel = "LIST",
      description = "The load's CPUs. Default: the second that is allowed")
  private @Nullable String loadCpus;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "Where results.json, results.csv and report.html are written. "
              + "Default: bench/target/report in the working copy")
  private @Nullable Path out;

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter console = spec().commandLine().getOut();
    if (list) {
      print(console);
      return ExitCode.OK;
    }
    if (NativePeers.find("taskset").isEmpty()) {
      throw new IOException("taskset is needed to keep server and load apart: install util-linux");
    }
    Selection selection = selection();
    Map<String, String> machine = MachineFacts.of(root);
    machine.forEach((name, fact) -> console.println(name + ": " + fact));
    selection.notes().forEach(console::println);
    console.println();
    Results results = new Bench(selection, machine, console).run(selection.trials());
    Path folder = out == null ? root.resolve("bench/target/report") : out;
    ReportFiles.write(results, folder).forEach(file -> console.println("wrote " + file));
    return results.measurements().stream().map(Measurement::failure).allMatch(Objects::isNull)
        ? ExitCode.OK
        : ExitCode.SOFTWARE;
  }

  private void print(PrintWriter console) throws IOException, InterruptedException {
    console.println("candidates:");
    for (Candidate candidate : chosen()) {
      console.printf("  %-18s  %s%n", candidate.name(), candidate.description());
      if (candidate.unavailable() != null) {
        console.printf("  %-18s  not available: %s%n", "", candidate.unavailable());
      }
    }
    console.println("modes:");
    for (Mode mode : Mode.ALL) {
      String counts =
          mode.connections().stream()
              .map(count -> String.format("%,d", count))
              .collect(Collectors.joining("; "));
      console.printf("  %-18s  %s (connections: %s)%n", mode.name(), mode.description(), counts);
    }
  }

  private Selection selection() throws IOException, InterruptedException {
    List<Candidate> chosen = chosen();
    List<String> notes = new ArrayList<>();
    chosen.stream()
        .filter(candidate -> candidate.unavailable() != null)
        .forEach(c -> notes.add(c.name() + " is not run: " + c.unavailable()));
    Settings settings = settings(notes);
    String noSyscalls = SyscallCount.unavailable();
    if (noSyscalls != null) {
      notes.add("system calls are not counted: " + noSyscalls);
    }
    List<Trial> trials = trials(settings, noSyscalls == null, notes);
    return new Selection(chosen, trials, settings, baseline(chosen), notes);
  }

  private List<Candidate> chosen() throws IOException, InterruptedException {
    Candidates all = new Candidates(root);
    List<String> usual = quick ? QUICK_CANDIDATES : all.names();
    return all.make(candidates.isEmpty() ? usual : select("--candidates", candidates, all.names()));
  }

  private Settings settings(List<String> notes) throws IOException {
    List<Integer> allowed = Cpus.allowed();
    String server = serverCpus == null ? allowed.getFirst().toString() : serverCpus;
    String load = loadCpus == null ? allowed.get(allowed.size() > 1 ? 1 : 0).toString() : loadCpus;
    if (server.equals(load)) {
      notes.add("server and load share CPU " + server + ": these figures are not comparable");
    }
    Duration time = duration(seconds, quick ? 1 : 3);
    return new Settings(
        rounds == null ? quick ? 3 : 5 : rounds,
        duration(warm, quick ? 3 : 6),
        time,
        time.compareTo(COUNT_TIME_MAX) < 0 ? time : COUNT_TIME_MAX,
        rate,
        server,
        load);
  }

  private static Duration duration(@Nullable Double given, double otherwise) {
    return Duration.ofMillis(Math.round((given == null ? otherwise : given) * 1e3));
  }

  private List<Trial> trials(Settings settings, boolean countsSyscalls, List<String> notes)
      throws IOException {
    List<String> names = Mode.ALL.stream().map(Mode::name).toList();
    List<String> usual = quick ? QUICK_MODES : names;
    List<String> chosen = modes.isEmpty() ? usual : select("--modes", modes, names);
    List<Integer> given = connections.isEmpty() && quick ? QUICK_CONNECTIONS : connections;
    long descriptors = Cpus.descriptorsMax();
    List<Trial> trials = new ArrayList<>();
    for (Mode mode : Mode.ALL) {
      for (int count : given.isEmpty() ? mode.connections() : given) {
        if (!chosen.contains(mode.name())) {
          continue;
        }
        if (count + DESCRIPTORS_BESIDE > descriptors) {
          notes.add(
              "%s is not run: only %,d descriptors are allowed: raise ulimit -n"
                  .formatted(mode.scenario(count).title(), descriptors));
          continue;
        }
        trials.add(
            new Trial(mode.scenario(count), mode.plan(count, rate), settings, countsSyscalls));
      }
    }
    return trials;
  }

  private String baseline(List<Candidate> chosen) {
    List<String> there =
        chosen.stream().filter(c -> c.unavailable() == null).map(Candidate::name).toList();
    if (baseline != null && !there.contains(baseline)) {
      throw new ParameterException(
          spec().commandLine(), "--baseline: %s is not among %s".formatted(baseline, there));
    }
    if (there.isEmpty()) {
      throw new ParameterException(
          spec().commandLine(), "--candidates: none of them is available: see --list");
    }
    return baseline != null ? baseline : there.contains("jdk") ? "jdk" : there.getFirst();
  }

  private List<String> select(String option, List<String> patterns, List<String> names) {
    return patterns.stream()
        .flatMap(
            pattern -> {
              List<String> found = names.stream().filter(matching(pattern)).toList();
              if (found.isEmpty()) {
                throw new ParameterException(
                    spec().commandLine(),
                    "%s: nothing is called %s: there are %s".formatted(option, pattern, names));
              }
              return found.stream();
            })
        .toList();
  }

  private static Predicate<String> matching(String pattern) {
    return Pattern.compile(Pattern.quote(pattern).replace("*", "\\E.*\\Q")).asMatchPredicate();
  }

  private CommandSpec spec() {
    assert spec != null;
    return spec;
  }
}
