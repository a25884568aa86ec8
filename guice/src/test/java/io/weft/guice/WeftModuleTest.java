package io.weft.guice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Module;
import com.google.inject.ProvisionException;
import com.google.inject.multibindings.Multibinder;
import io.weft.Conn;
import io.weft.Listener;
import io.weft.Net;
import io.weft.NetConfig;
import io.weft.PollerUnavailableException;
import io.weft.spi.PollerProvider;
import jakarta.inject.Inject;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

/** Goal: an injected net works, and one that cannot be opened says why. */
class WeftModuleTest {
  private static final NetConfig CONFIG = NetConfig.DEFAULT.withLoops(1);

  record Client(Net net) {
    @Inject
    Client {}
  }

  @Test
  void injectsARunningNet() throws Exception {
    Injector injector = Guice.createInjector(new WeftModule(CONFIG), new NioPollerModule());

    try (Net net = injector.getInstance(Client.class).net();
        Listener listener = net.listen("tcp", "127.0.0.1:0")) {
      int port = ((InetSocketAddress) listener.address()).getPort();
      try (Conn client = net.dial("tcp", "127.0.0.1:" + port);
          Conn server = listener.accept()) {
        client.write(new byte[] {42});
        byte[] heard = new byte[2];
        assertThat(server.read(heard)).isEqualTo(1);
        assertThat(heard[0]).isEqualTo((byte) 42);
      }
      assertThat(net.poller().name()).isEqualTo("nio");
      assertThat(net.loops()).isEqualTo(1);
    }
  }

  @Test
  void bindsOneNetAndItsConfiguration() {
    Injector injector = Guice.createInjector(new WeftModule(CONFIG), new NioPollerModule());

    try (Net net = injector.getInstance(Net.class)) {
      assertThat(injector.getInstance(Client.class).net()).isSameAs(net);
      assertThat(injector.getInstance(NetConfig.class)).isSameAs(CONFIG);
    }
  }

  @Test
  void autoTakesAnAdapterThatWorks() {
    Injector injector = Guice.createInjector(new WeftModule(CONFIG), new AutoPollerModule());

    try (Net net = injector.getInstance(Net.class)) {
      assertThat(net.poller().available()).isTrue();
    }
  }

  @Test
  void anAdapterThatTwoModulesBringCountsOnce() {
    Injector injector =
        Guice.createInjector(
            new WeftModule(CONFIG.withPoller("nio")),
            new NioPollerModule(),
            new AutoPollerModule());

    try (Net net = injector.getInstance(Net.class)) {
      assertThat(net.poller().name()).isEqualTo("nio");
    }
  }

  @Test
  void aNetThatCannotBeOpenedSaysWhy() {
    Injector injector =
        Guice.createInjector(
            new WeftModule(CONFIG.withPoller("fake")),
            adding(new FakeProvider("fake", "the kernel has no fake(2)")));

    ProvisionException failure =
        catchThrowableOfType(ProvisionException.class, () -> injector.getInstance(Net.class));

    assertThat(failure)
        .hasCauseInstanceOf(PollerUnavailableException.class)
        .hasMessageContaining("PollerUnavailableException: ")
        .hasMessageContaining("the kernel has no fake(2)")
        .hasMessageContaining("WeftModule.net");
    assertThat(failure.getCause()).hasMessageContaining("ask for another one");
  }

  @Test
  void aPollerThatNoModuleBroughtIsUnavailable() {
    Injector injector =
        Guice.createInjector(
            new WeftModule(CONFIG.withPoller("nio")), adding(new FakeProvider("fake", "never")));

    assertThatExceptionOfType(ProvisionException.class)
        .isThrownBy(() -> injector.getInstance(Net.class))
        .havingCause()
        .isInstanceOf(PollerUnavailableException.class)
        .withMessageContaining("nio");
  }

  private static Module adding(PollerProvider provider) {
    return new AbstractModule() {
      @Override
      protected void configure() {
        Multibinder.newSetBinder(binder(), PollerProvider.class).addBinding().toInstance(provider);
      }
    };
  }
}
