package io.weft.server;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Module;
import io.weft.NetConfig;
import io.weft.guice.AutoPollerModule;
import io.weft.guice.EpollPollerModule;
import io.weft.guice.IoUringPollerModule;
import io.weft.guice.NioPollerModule;
import io.weft.guice.WeftModule;
import java.util.stream.Stream;

/** The composition root: one net, and what a command runs on it. */
final class ServerModule extends AbstractModule {
  private final Console console;
  private final NetConfig config;

  private ServerModule(Console console, NetConfig config) {
    this.console = console;
    this.config = config;
  }

  static Injector injector(Console console, NetConfig config, Module... services) {
    return Guice.createInjector(
        Stream.concat(Stream.of(new ServerModule(console, config)), Stream.of(services)).toList());
  }

  @Override
  protected void configure() {
    binder().requireExplicitBindings();
    install(new WeftModule(config));
    install(poller(config.poller().name()));
    bind(Console.class).toInstance(console);
    bind(EchoBuffers.class).asEagerSingleton();
    bind(EchoHandler.class).asEagerSingleton();
    bind(EchoService.class);
    bind(Demo.class);
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
