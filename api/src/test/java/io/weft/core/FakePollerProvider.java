package io.weft.core;

import io.weft.PollerReport;
import io.weft.spi.Capability;
import io.weft.spi.Poller;
import io.weft.spi.PollerProvider;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** Provides fake pollers, and keeps them for the test to look at. */
final class FakePollerProvider implements PollerProvider {
  final List<FakePoller> pollers = new CopyOnWriteArrayList<>();
  private final PollerReport report;
  private final boolean anyThread;
  private final FakeClock clock;
  private volatile int openMax = Integer.MAX_VALUE;
  private volatile IOException failure = new IOException();

  FakePollerProvider(boolean anyThread, FakeClock clock) {
    this(new PollerReport("fake", true, "a fake", ""), anyThread, clock);
  }

  FakePollerProvider(PollerReport report, boolean anyThread, FakeClock clock) {
    this.report = report;
    this.anyThread = anyThread;
    this.clock = clock;
  }

  static FakePollerProvider available(String name) {
    return of(new PollerReport(name, true, name + " works", ""));
  }

  static FakePollerProvider unavailable(String name, String reason, String remedy) {
    return of(new PollerReport(name, false, reason, remedy));
  }

  private static FakePollerProvider of(PollerReport report) {
    return new FakePollerProvider(report, true, new FakeClock());
  }

  /** Opening more pollers than this fails. */
  void openMax(int count, IOException failure) {
    openMax = count;
    this.failure = failure;
  }

  @Override
  public String name() {
    return report.name();
  }

  @Override
  public PollerReport report() {
    return report;
  }

  @Override
  public Set<Capability> lacks() {
    return Set.of();
  }

  @Override
  public Poller open() throws IOException {
    if (pollers.size() >= openMax) {
      throw failure;
    }
    FakePoller poller = new FakePoller(anyThread, clock);
    pollers.add(poller);
    return poller;
  }
}
