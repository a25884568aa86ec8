package io.weft.poller.nio;

import io.weft.PollerReport;
import io.weft.spi.Capability;
import io.weft.spi.ErrnoException;
import io.weft.spi.Poller;
import io.weft.spi.PollerProvider;
import java.io.IOException;
import java.nio.channels.Selector;
import java.util.Set;

/** The front door of the adapter that every JDK can run. */
public final class NioPollerProvider implements PollerProvider {
  static final String NAME = "nio";

  /** For {@link java.util.ServiceLoader} and containers. */
  public NioPollerProvider() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public PollerReport report() {
    try (Selector selector = Selector.open()) {
      String runsOn =
          "java.nio.channels.Selector (" + selector.provider().getClass().getName() + ")";
      return new PollerReport(NAME, true, runsOn, "");
    } catch (IOException e) {
      String reason = "the JDK cannot open a selector: " + e.getMessage();
      return new PollerReport(NAME, false, reason, "raise the limit of open files (ulimit -n)");
    }
  }

  @Override
  public Set<Capability> lacks() {
    return Set.of(
        Capability.UNIXPACKET,
        Capability.ABSTRACT_NAMES,
        Capability.V6ONLY,
        Capability.RESET_WHILE_PAUSED,
        Capability.PIPES);
  }

  @Override
  public Poller open() throws ErrnoException {
    try {
      return new NioPoller(Selector.open());
    } catch (IOException e) {
      throw NioErrors.exception(e);
    }
  }
}
