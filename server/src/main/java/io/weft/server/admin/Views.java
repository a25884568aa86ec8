package io.weft.server.admin;

import io.weft.server.proxy.OpenSession;
import io.weft.server.proxy.ProxyService;
import io.weft.server.proxy.RouteStatus;
import io.weft.server.service.Server;
import io.weft.server.service.Service;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** What there is to see of services, whatever they are. */
final class Views {
  private Views() {}

  /** The upstreams of a service, if it has such. */
  static List<RouteStatus> routes(Service service) {
    return service instanceof ProxyService proxy ? proxy.routes() : List.of();
  }

  /** Sessions that go on, the oldest ones. */
  static List<ServiceSession> oldest(Server server, int max) throws InterruptedException {
    List<ServiceSession> all = new ArrayList<>();
    addOldest(all, server.services(), false, max);
    addOldest(all, server.leaving(), true, max);
    all.sort(Comparator.comparingLong((ServiceSession each) -> -each.session().ageNanos()));
    return all.subList(0, Math.min(max, all.size()));
  }

  private static void addOldest(
      List<ServiceSession> all, List<Service> services, boolean leaving, int max)
      throws InterruptedException {
    for (Service service : services) {
      if (service instanceof ProxyService proxy) {
        for (OpenSession each : proxy.oldest(max)) {
          all.add(new ServiceSession(service.name(), leaving, each));
        }
      }
    }
  }

  /** A constant as labels and pages write it. */
  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
