package io.weft.server;

import io.weft.server.config.ConfigChanges;
import io.weft.server.config.ServerConfig;
import io.weft.server.config.ServiceConfig;
import io.weft.server.proxy.AccessLog;
import io.weft.server.proxy.ProxyService;
import io.weft.server.proxy.SwitchedLog;
import io.weft.server.service.Server;
import io.weft.server.service.Server.Change;
import io.weft.server.service.Service;
import java.io.IOException;
import java.util.List;

/** A configuration that runs, and how another one takes its place. Owned by one thread. */
final class Deployment {
  private final Server server;
  private final Services factory;
  private final SwitchedLog log;
  private final Console console;
  private final ServerConfig first;
  private ServerConfig present;

  /**
   * A deployment that has not started.
   *
   * @param log where sessions are logged; its target is changed here
   */
  Deployment(
      Server server, Services factory, SwitchedLog log, Console console, ServerConfig config) {
    this.server = server;
    this.factory = factory;
    this.log = log;
    this.console = console;
    this.first = config;
    this.present = config;
  }

  /** What runs. */
  ServerConfig config() {
    return present;
  }

  /** Starts all services, or none; returns the ready lines. */
  List<String> start() throws IOException {
    return server.start(present.services().stream().map(this::create).toList());
  }

  /** What another configuration would change. */
  ConfigChanges changes(ServerConfig next) {
    return ConfigChanges.between(first, present, next);
  }

  /**
   * Goes over to another configuration.
   *
   * @return the ready lines of new listeners
   * @throws IOException a listener, or the log, cannot be opened; nothing has changed
   */
  List<String> change(ServerConfig next) throws IOException {
    AccessLog nextLog = next.accessLog().open(console.out());
    boolean changed = false;
    try {
      List<Change> changes = next.services().stream().map(this::change).toList();
      List<String> ready = server.change(changes, present.drainTimeout());
      changed = true;
      present = next;
      return ready;
    } finally {
      if (changed) {
        log.switchTo(nextLog);
      } else {
        nextLog.close();
      }
    }
  }

  private Change change(ServiceConfig wanted) {
    return server.services().stream()
        .filter(each -> each.name().equals(wanted.name()) && each.type().equals(wanted.type()))
        .findFirst()
        .map(running -> new Change(running, wanted.listen(), () -> update(running, wanted)))
        .orElseGet(() -> Change.start(create(wanted)));
  }

  private Service create(ServiceConfig wanted) {
    return switch (wanted) {
      case ServiceConfig.Echo echo -> factory.echo(echo.name(), echo.listen());
      case ServiceConfig.Proxy proxy -> factory.proxy(proxy.name(), proxy.config(), log);
    };
  }

  private static void update(Service running, ServiceConfig wanted) {
    if (running instanceof ProxyService proxy && wanted instanceof ServiceConfig.Proxy changed) {
      proxy.update(changed.config());
    } else if (running instanceof EchoService echo) {
      echo.update(wanted.listen());
    }
  }
}
