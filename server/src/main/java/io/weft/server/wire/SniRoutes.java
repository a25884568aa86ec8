package io.weft.server.wire;

import io.weft.AddressException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where server names lead. {@code www.example.org} is that name alone; {@code *.example.org} every
 * name that ends so, with one label in front or more, but not {@code example.org}. The exact name
 * counts before any pattern, and the longer pattern before the shorter one. Letters' case and a dot
 * at the end make no difference.
 *
 * @param <T> what names lead to
 */
public final class SniRoutes<T> {
  private final Map<String, T> routes;

  private SniRoutes(Map<String, T> routes) {
    this.routes = routes;
  }

  /**
   * Routes that lead from names and patterns to what stands beside them.
   *
   * @param targets by name or pattern
   * @param <T> what names lead to
   * @return the routes
   * @throws AddressException naming what is no host name and no pattern, or there twice
   */
  public static <T> SniRoutes<T> of(Map<String, T> targets) throws AddressException {
    Map<String, T> routes = new HashMap<>();
    for (Map.Entry<String, T> target : targets.entrySet()) {
      String text = target.getKey();
      if (routes.put(ServerNames.configured(text), target.getValue()) != null) {
        throw ServerNames.malformed(text, "it is there twice");
      }
    }
    return new SniRoutes<>(Map.copyOf(routes));
  }

  /**
   * Where a name leads.
   *
   * @param serverName the name, as {@link ClientHello} has it
   * @return the target, empty when there is none for this name
   */
  public Optional<T> match(String serverName) {
    String name = ServerNames.normal(serverName);
    T target = routes.get(name);
    for (int dot = name.indexOf('.'); target == null && dot > 0; dot = name.indexOf('.', dot + 1)) {
      target = routes.get("*" + name.substring(dot));
    }
    return Optional.ofNullable(target);
  }
}
