package io.weft.poller.iouring;

import io.weft.PollerReport;

/** What the adapter says in a virtual machine of its own, first and later. */
final class ProbeMain {
  private ProbeMain() {}

  public static void main(String[] args) {
    for (int i = 0; i < 2; i++) {
      PollerReport report = new IoUringPollerProvider().report();
      System.out.printf("%s %s (%s)%n", report.available(), report.reason(), report.remedy());
    }
  }
}
