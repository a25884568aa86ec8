package io.weft.core;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** Asks this machine: its resolver, its services, its interfaces and, for the order, its routes. */
final class SystemLookup implements Lookup {
  private final Services services = new Services(Services.FILE);

  @Override
  public InetAddress[] hosts(String name) throws IOException {
    return AddressOrder.bestFirst(InetAddress.getAllByName(name), AddressOrder::source);
  }

  @Override
  public int port(String service) {
    return services.port(service);
  }

  @Override
  public @Nullable Inet6Address scoped(Inet6Address ip, String zone) throws IOException {
    NetworkInterface found = NetworkInterface.getByName(zone);
    if (found == null) {
      int index = PortText.number(zone);
      found = index > 0 ? NetworkInterface.getByIndex(index) : null;
    }
    return found == null ? null : scoped(ip, found);
  }

  // with the interface itself where that is possible: then the address is written with its name
  private static Inet6Address scoped(Inet6Address ip, NetworkInterface zone)
      throws UnknownHostException {
    try {
      Inet6Address named = Inet6Address.getByAddress(null, ip.getAddress(), zone);
      if (named.getScopeId() == zone.getIndex()) {
        return named;
      }
    } catch (UnknownHostException e) {
      // the interface has no address of this one's scope
    }
    return Inet6Address.getByAddress(null, ip.getAddress(), zone.getIndex());
  }
}
