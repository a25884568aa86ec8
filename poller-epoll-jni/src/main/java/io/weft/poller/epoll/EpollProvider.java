package io.weft.poller.epoll;

import io.weft.PollerReport;
import io.weft.PollerUnavailableException;
import io.weft.spi.Capability;
import io.weft.spi.Poller;
import io.weft.spi.PollerProvider;
import java.io.IOException;
import java.util.Set;

/** Says that this version has no epoll adapter, so that asking for it by name gives the reason. */
public final class EpollProvider implements PollerProvider {
  private static final String NAME = "epoll";
  private static final PollerReport REPORT =
      new PollerReport(NAME, false, "this version does not contain the epoll adapter", "use nio");

  /** Has no effect, as every provider's constructor. */
  public EpollProvider() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public PollerReport report() {
    return REPORT;
  }

  @Override
  public Set<Capability> lacks() {
    return Set.of();
  }

  @Override
  public Poller open() throws IOException {
    throw new PollerUnavailableException(
        "poller " + NAME + " is not available: " + REPORT.reason() + "; " + REPORT.remedy());
  }
}
