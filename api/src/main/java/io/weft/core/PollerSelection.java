package io.weft.core;

import io.weft.NetConfig;
import io.weft.PollerReport;
import io.weft.PollerUnavailableException;
import io.weft.spi.PollerProvider;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The poller that a net runs on, and why.
 *
 * @param provider the chosen one
 * @param report its report; the reason tells what was passed over
 */
record PollerSelection(PollerProvider provider, PollerReport report) {
  private static final List<String> BEST_FIRST_ON_LOOP = List.of("io_uring", "epoll", "nio");
  private static final List<String> BEST_FIRST_ELSE = List.of("epoll", "io_uring", "nio");

  /** The order in which {@code auto} considers pollers; unknown ones come last. */
  static List<PollerProvider> inOrder(List<PollerProvider> providers, boolean onLoop) {
    List<String> order = onLoop ? BEST_FIRST_ON_LOOP : BEST_FIRST_ELSE;
    List<PollerProvider> sorted = new ArrayList<>(providers);
    sorted.sort(
        Comparator.comparingInt(
            provider -> {
              int rank = order.indexOf(provider.name());
              return rank < 0 ? order.size() : rank;
            }));
    return sorted;
  }

  /**
   * The named poller or none; with auto the first that works.
   *
   * @param failed why some could not be opened although they work
   */
  static PollerSelection choose(
      NetConfig.PollerChoice choice,
      List<PollerProvider> providers,
      boolean onLoop,
      Map<PollerProvider, PollerReport> failed)
      throws PollerUnavailableException {
    boolean auto = choice.name().equals(NetConfig.AUTO);
    List<String> passedOver = new ArrayList<>();
    for (PollerProvider provider : inOrder(providers, onLoop)) {
      if (!auto && !provider.name().equals(choice.name())) {
        continue;
      }
      if (choice.denied().contains(provider.name())) {
        passedOver.add(provider.name() + ": denied by configuration");
        continue;
      }
      PollerReport report = failed.get(provider);
      if (report == null) {
        report = provider.report();
      }
      if (report.available()) {
        return new PollerSelection(provider, explain(report, passedOver));
      }
      passedOver.add(describe(report));
    }
    throw unavailable(choice, providers, passedOver);
  }

  private static PollerReport explain(PollerReport report, List<String> passedOver) {
    if (passedOver.isEmpty()) {
      return report;
    }
    String reason = report.reason() + "; passed over: " + String.join("; ", passedOver);
    return new PollerReport(report.name(), true, reason, report.remedy());
  }

  private static PollerUnavailableException unavailable(
      NetConfig.PollerChoice choice, List<PollerProvider> providers, List<String> passedOver) {
    if (providers.isEmpty()) {
      return new PollerUnavailableException(
          "no poller is on the class path: add weft-poller-nio, or another adapter");
    }
    if (passedOver.isEmpty()) {
      String known =
          providers.stream().map(PollerProvider::name).sorted().collect(Collectors.joining(", "));
      return new PollerUnavailableException(
          "unknown poller " + choice.name() + " (known here: auto, " + known + ")");
    }
    String subject =
        choice.name().equals(NetConfig.AUTO)
            ? "no poller is available: "
            : "poller not available: ";
    return new PollerUnavailableException(subject + String.join("; ", passedOver));
  }

  private static String describe(PollerReport report) {
    String remedy = report.remedy().isEmpty() ? "" : " (" + report.remedy() + ")";
    return report.name() + ": " + report.reason() + remedy;
  }
}
