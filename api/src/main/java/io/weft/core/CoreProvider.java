package io.weft.core;

import io.weft.Net;
import io.weft.NetConfig;
import io.weft.NetProvider;
import io.weft.OpenLimit;
import io.weft.PollerReport;
import io.weft.spi.NetFactory;
import io.weft.spi.PollerProvider;
import java.io.IOException;
import java.util.List;
import java.util.ServiceLoader;

/** The service through which the public API reaches the core. */
public final class CoreProvider implements NetProvider, NetFactory {
  /** Called by the service loader. */
  public CoreProvider() {}

  @Override
  public Net open(NetConfig config) throws IOException {
    return open(config, found());
  }

  @Override
  public Net open(NetConfig config, List<PollerProvider> providers) throws IOException {
    return PolledNet.open(config, providers, Clock.system());
  }

  @Override
  public List<PollerReport> probe() {
    return PollerSelection.inOrder(found(), Carriers.possible()).stream()
        .map(PollerProvider::report)
        .toList();
  }

  @Override
  public OpenLimit limit(int openMax) {
    return new Places(openMax);
  }

  // from the caller's loader as well as from Weft's own, for containers that part the two
  private static List<PollerProvider> found() {
    List<PollerProvider> near =
        ServiceLoader.load(PollerProvider.class).stream().map(ServiceLoader.Provider::get).toList();
    if (!near.isEmpty()) {
      return near;
    }
    return ServiceLoader.load(PollerProvider.class, PollerProvider.class.getClassLoader()).stream()
        .map(ServiceLoader.Provider::get)
        .toList();
  }
}
