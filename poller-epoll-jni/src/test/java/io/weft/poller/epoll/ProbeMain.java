package io.weft.poller.epoll;

import io.weft.PollerReport;
import io.weft.spi.Poller;
import java.io.IOException;

/** What the adapter says in a virtual machine of its own. */
final class ProbeMain {
  private ProbeMain() {}

  public static void main(String[] args) {
    PollerReport report = new EpollProvider().report();
    System.out.println("available=" + report.available());
    System.out.println(report.reason() + " (" + report.remedy() + ")");
    try (Poller poller = new EpollProvider().open()) {
      System.out.println("open: " + poller.anyThread());
    } catch (IOException e) {
      System.out.println("open: " + e);
    }
  }
}
