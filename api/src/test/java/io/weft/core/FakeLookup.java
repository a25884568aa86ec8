package io.weft.core;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Knows one list of addresses for every host, the service http, and the interface eth7. */
final class FakeLookup implements Lookup {
  /** What hosts throws when there is no address. */
  final IOException failure = new UnknownHostException("no such host");

  /** The hosts that were asked for. */
  final List<String> asked = new ArrayList<>();

  private final InetAddress[] all;

  FakeLookup(String... literals) {
    all = new InetAddress[literals.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = InetAddress.ofLiteral(literals[i]);
    }
  }

  @Override
  public InetAddress[] hosts(String name) throws IOException {
    asked.add(name);
    if (all.length == 0) {
      throw failure;
    }
    return all.clone();
  }

  @Override
  public int port(String service) {
    return service.equalsIgnoreCase("http") ? 80 : 0;
  }

  @Override
  public @Nullable Inet6Address scoped(Inet6Address ip, String zone) throws IOException {
    return zone.equals("eth7") ? Inet6Address.getByAddress(null, ip.getAddress(), 7) : null;
  }
}
