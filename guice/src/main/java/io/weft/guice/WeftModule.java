package io.weft.guice;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.google.inject.multibindings.Multibinder;
import io.weft.Net;
import io.weft.NetConfig;
import io.weft.spi.NetFactory;
import io.weft.spi.PollerProvider;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Binds {@link Net}, a singleton that is opened when it is first asked for.
 *
 * <p>Must be bound elsewhere: at least one poller, by {@link AutoPollerModule}, by an adapter's own
 * module, or into the set of {@link PollerProvider}. Which of them the net takes is said by {@link
 * NetConfig#poller()}. Guice ends nothing: whoever asked for the net closes it.
 *
 * <pre>{@code
 * Injector injector =
 *     Guice.createInjector(new WeftModule(NetConfig.DEFAULT), new NioPollerModule());
 * Net net = injector.getInstance(Net.class);
 * }</pre>
 */
public final class WeftModule extends AbstractModule {
  private final NetConfig config;

  /**
   * Takes the net's configuration.
   *
   * @param config how the net is made; also bound as {@link NetConfig}
   */
  public WeftModule(NetConfig config) {
    this.config = Objects.requireNonNull(config, "config");
  }

  @Override
  protected void configure() {
    bind(NetConfig.class).toInstance(config);
    Multibinder.newSetBinder(binder(), PollerProvider.class);
  }

  @Provides
  @Singleton
  Net net(Set<PollerProvider> providers) throws IOException {
    // two modules may bring the same adapter: the first one counts
    Map<String, PollerProvider> byName = new LinkedHashMap<>();
    providers.forEach(provider -> byName.putIfAbsent(provider.name(), provider));
    return NetFactory.load().open(config, List.copyOf(byName.values()));
  }
}
