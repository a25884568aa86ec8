package io.weft.guice;

import com.google.inject.Binder;
import com.google.inject.multibindings.Multibinder;
import io.weft.spi.PollerProvider;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/** The adapters on the class path or module path: found by their service, bound to Guice's set. */
final class Adapters {
  private Adapters() {}

  static void bindNamed(Binder binder, String name, String artifact) {
    List<PollerProvider> found =
        present().filter(provider -> provider.name().equals(name)).toList();
    if (found.isEmpty()) {
      reporter(binder)
          .addError(
              "poller %s is neither on the class path nor on the module path: add io.weft:%s",
              name, artifact);
    }
    bind(binder, found);
  }

  static void bindAll(Binder binder) {
    List<PollerProvider> found = present().toList();
    if (found.isEmpty()) {
      reporter(binder)
          .addError(
              "no poller is on the class path or on the module path: add io.weft:weft-poller-nio, "
                  + "which works everywhere, or another adapter");
    }
    bind(binder, found);
  }

  private static Stream<PollerProvider> present() {
    return ServiceLoader.load(PollerProvider.class, PollerProvider.class.getClassLoader()).stream()
        .map(ServiceLoader.Provider::get);
  }

  // so that the message names the module, not this class
  private static Binder reporter(Binder binder) {
    return binder.skipSources(Adapters.class);
  }

  private static void bind(Binder binder, List<PollerProvider> providers) {
    Multibinder<PollerProvider> set = Multibinder.newSetBinder(binder, PollerProvider.class);
    providers.forEach(provider -> set.addBinding().toInstance(provider));
  }
}
