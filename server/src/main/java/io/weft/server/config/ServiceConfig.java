package io.weft.server.config;

import io.weft.server.notation.SocketUrl;
import io.weft.server.proxy.ProxyConfig;
import java.util.List;

/** A service as it is configured. */
public sealed interface ServiceConfig {
  /** Its name, which no other service has. */
  String name();

  /** What it does: {@code echo}, {@code proxy}. */
  String type();

  /** Where it listens. */
  List<SocketUrl> listen();

  /** A service that sends back what it receives. */
  record Echo(String name, List<SocketUrl> listen) implements ServiceConfig {
    /** Copies the list. */
    public Echo {
      listen = List.copyOf(listen);
    }

    @Override
    public String type() {
      return "echo";
    }
  }

  /** A service that forwards connections. */
  record Proxy(String name, ProxyConfig config) implements ServiceConfig {
    @Override
    public String type() {
      return "proxy";
    }

    @Override
    public List<SocketUrl> listen() {
      return config.listen();
    }
  }
}
