package io.weft.guice;

import io.weft.PollerReport;
import io.weft.PollerUnavailableException;
import io.weft.spi.Capability;
import io.weft.spi.Poller;
import io.weft.spi.PollerProvider;
import java.io.IOException;
import java.util.Set;

/** A poller that never works, and says why. */
record FakeProvider(String name, String reason) implements PollerProvider {
  @Override
  public PollerReport report() {
    return new PollerReport(name, false, reason, "ask for another one");
  }

  @Override
  public Set<Capability> lacks() {
    return Set.of();
  }

  @Override
  public Poller open() throws IOException {
    throw new PollerUnavailableException(reason);
  }
}
