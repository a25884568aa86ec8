package io.weft.containers.inside;

import io.weft.PollerReport;
import io.weft.poller.nio.NioPollerProvider;
import io.weft.spi.Capability;
import io.weft.spi.Poller;
import io.weft.spi.PollerProvider;
import java.io.IOException;
import java.util.Set;

/**
 * An adapter that calls itself epoll and is nio: it works, and declares to lack what epoll has, so
 * that its run is green and has fewer tests.
 */
public final class PoorEpollProvider implements PollerProvider {
  private final PollerProvider nio = new NioPollerProvider();

  @Override
  public String name() {
    return "epoll";
  }

  @Override
  public PollerReport report() {
    return new PollerReport(name(), true, "as nio", "");
  }

  @Override
  public Set<Capability> lacks() {
    return nio.lacks();
  }

  @Override
  public Poller open() throws IOException {
    return nio.open();
  }
}
