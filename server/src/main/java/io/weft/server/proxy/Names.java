package io.weft.server.proxy;

import io.weft.AddressException;
import io.weft.HostPort;
import io.weft.Network;
import io.weft.server.upstream.UpstreamSpec;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the names of upstreams mean: each address of a name is an upstream of its own. Of a name
 * with addresses of both families those of IPv4 count, unless the network asks for others.
 *
 * @param known by name
 */
record Names(Map<String, Set<InetAddress>> known) {
  /** Nothing is known: names are looked up when they are dialled. */
  static final Names NONE = new Names(Map.of());

  /** Copies the map. */
  Names {
    known = Map.copyOf(known);
  }

  /** The names among these upstreams' hosts. */
  static Set<String> of(Targets targets) {
    return Stream.concat(Stream.of(targets.upstreams()), targets.byServerName().values().stream())
        .flatMap(List::stream)
        .filter(spec -> spec.network().isTcp())
        .map(spec -> split(spec).host())
        .filter(host -> !host.isEmpty() && !isLiteral(host))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Knows one more, or something else of one. */
  Names with(String name, Set<InetAddress> addresses) {
    Map<String, Set<InetAddress>> more = new HashMap<>(known);
    more.put(name, Set.copyOf(addresses));
    return new Names(more);
  }

  /** Knows these only. */
  Names only(Set<String> names) {
    Map<String, Set<InetAddress>> rest = new HashMap<>(known);
    rest.keySet().retainAll(names);
    return new Names(rest);
  }

  /** Puts addresses in the place of names; a name of which nothing is known stays. */
  Targets expand(Targets targets) {
    Map<String, List<UpstreamSpec>> named = new HashMap<>();
    targets.byServerName().forEach((name, some) -> named.put(name, expand(some)));
    return new Targets(
        targets.pool(), expand(targets.upstreams()), named, targets.resolveInterval());
  }

  private List<UpstreamSpec> expand(List<UpstreamSpec> upstreams) {
    return upstreams.stream().flatMap(this::expand).toList();
  }

  private Stream<UpstreamSpec> expand(UpstreamSpec spec) {
    if (!spec.network().isTcp()) {
      return Stream.of(spec);
    }
    HostPort address = split(spec);
    List<String> usable = usable(spec.network(), known.getOrDefault(address.host(), Set.of()));
    return usable.isEmpty()
        ? Stream.of(spec)
        : usable.stream().map(each -> spec.at(each, new HostPort(each, address.port()).join()));
  }

  // in an order that is always the same
  private static List<String> usable(Network network, Set<InetAddress> addresses) {
    Map<Boolean, List<String>> byFamily =
        addresses.stream()
            .collect(
                Collectors.partitioningBy(
                    Inet4Address.class::isInstance,
                    Collectors.mapping(InetAddress::getHostAddress, Collectors.toList())));
    List<String> four = byFamily.getOrDefault(true, List.of());
    List<String> six = byFamily.getOrDefault(false, List.of());
    List<String> usable =
        switch (network) {
          case TCP4 -> four;
          case TCP6 -> six;
          default -> four.isEmpty() ? six : four;
        };
    return usable.stream().sorted().toList();
  }

  private static boolean isLiteral(String host) {
    try {
      return InetAddress.ofLiteral(host) != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static HostPort split(UpstreamSpec spec) {
    try {
      return HostPort.split(spec.address());
    } catch (AddressException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }
}
