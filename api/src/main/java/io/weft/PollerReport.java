package io.weft;

import java.util.Objects;

/**
 * Whether a poller works on this machine, and why not.
 *
 * @param name the poller's name: nio, epoll, io_uring
 * @param available whether it can be used
 * @param reason why it can not be used, or what it runs on when it can; one sentence
 * @param remedy what to do about it; empty when there is nothing to do
 */
public record PollerReport(String name, boolean available, String reason, String remedy) {
  /** Checks that nothing is null. */
  public PollerReport {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(reason, "reason");
    Objects.requireNonNull(remedy, "remedy");
  }
}
