package io.weft.bench.report;

import java.util.Locale;

/** What is measured. "Work" is a request, a connection or a megabyte, as the scenario has it. */
public enum Figure {
  /** Work per second. */
  RATE("rate_per_second", "rate", "/s", 0),
  /** The usual latency. */
  P50("p50_micros", "p50", "us", 0),
  /** Which one in a hundred exceeds. */
  P99("p99_micros", "p99", "us", 0),
  /** Which one in a thousand exceeds. */
  P999("p999_micros", "p99.9", "us", 0),
  /** The server's time on its CPU, per work. */
  CPU("cpu_micros", "CPU", "us", 2),
  /** The part of it in the server's own code. */
  USER("user_micros", "user", "us", 2),
  /** The part of it in the kernel. */
  SYSTEM("system_micros", "system", "us", 2),
  /** Context switches of the server's threads, per work. */
  SWITCHES("context_switches", "switches", "", 3),
  /** System calls of the server, per work. */
  SYSCALLS("syscalls", "syscalls", "", 2),
  /** What the server allocated on the Java heap, per work. */
  ALLOCATED("allocated_bytes", "alloc", "B", 0),
  /** The server's memory. */
  RSS("rss_mebibytes", "RSS", "MiB", 0),
  /** The server's memory beyond what it had before the connections, per connection. */
  RSS_PER_CONNECTION("rss_per_connection_bytes", "RSS/conn", "B", 0),
  /** How busy the server's CPU was with it, of 1. */
  SERVER_LOAD("server_cpu_share", "server", "", 2),
  /** How busy the load's CPU was with it, of 1: near 1 the load is what limits the rate. */
  LOAD_LOAD("load_cpu_share", "load", "", 2);

  private final String id;
  private final String title;
  private final String unit;
  private final int decimals;

  Figure(String id, String title, String unit, int decimals) {
    this.id = id;
    this.title = title;
    this.unit = unit;
    this.decimals = decimals;
  }

  /** The name in files. */
  public String id() {
    return id;
  }

  /** The name in tables. */
  public String title() {
    return title;
  }

  /** The name with the unit. */
  public String titleWithUnit() {
    return unit.isEmpty() ? title : title + " " + unit;
  }

  /** A value as tables show it. */
  public String format(double value) {
    return String.format(Locale.ROOT, "%,." + decimals + "f", value);
  }

  /** The id: JSON takes it as the key. */
  @Override
  public String toString() {
    return id;
  }
}
