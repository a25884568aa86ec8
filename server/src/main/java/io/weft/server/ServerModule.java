package io.weft.server;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Module;
import com.google.inject.Singleton;
import io.weft.NetConfig;
import io.weft.guice.AutoPollerModule;
import io.weft.guice.EpollPollerModule;
import io.weft.guice.IoUringPollerModule;
import io.weft.guice.NioPollerModule;
import io.weft.guice.WeftModule;
import io.weft.server.admin.NetWatch;
import io.weft.server.options.CommonOptions;
import io.weft.server.service.Server;

/** The composition root: one net, and what a command runs on it. */
final class ServerModule extends AbstractModule {
  private final Console console;
  private final NetConfig config;
  private final NetWatch watch = new NetWatch();

  private ServerModule(Console console, NetConfig config) {
    this.console = console;
    this.config = config.withObserver(watch);
  }

  /** All that is bound, on a net of these options. */
  static Injector injector(Console console, CommonOptions options) {
    return injector(console, options.net(), options.isVerbose());
  }

  /** The same, on a net of this configuration. */
  static Injector injector(Console console, NetConfig config, boolean verbose) {
    if (verbose) {
      Logging.verbose();
    }
    return injector(console, config.withOnError(new ErrorLog()));
  }

  static Injector injector(Console console, NetConfig config) {
    return Guice.createInjector(new ServerModule(console, config));
  }

  @Override
  protected void configure() {
    binder().requireExplicitBindings();
    install(new WeftModule(config));
    install(poller(config.poller().name()));
    bind(Console.class).toInstance(console);
    bind(NetWatch.class).toInstance(watch);
    bind(EchoBuffers.class).asEagerSingleton();
    // not before they are asked for: without a poller there is no net
    bind(Server.class).in(Singleton.class);
    bind(Services.class).in(Singleton.class);
    bind(Administration.class).in(Singleton.class);
  }

  private static Module poller(String name) {
    return switch (name) {
      case "nio" -> new NioPollerModule();
      case "epoll" -> new EpollPollerModule();
      case "io_uring" -> new IoUringPollerModule();
      default -> new AutoPollerModule();
    };
  }
}
