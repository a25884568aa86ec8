package io.weft.guice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.inject.AbstractModule;
import com.google.inject.CreationException;
import com.google.inject.Guice;
import com.google.inject.Key;
import com.google.inject.Module;
import com.google.inject.TypeLiteral;
import io.weft.spi.PollerProvider;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Goal: each module brings its adapter, and a missing jar is named. */
class PollerModulesTest {
  static Stream<Arguments> modules() {
    return Stream.of(
        Arguments.of(new NioPollerModule(), List.of("nio")),
        Arguments.of(new EpollPollerModule(), List.of("epoll")),
        Arguments.of(new IoUringPollerModule(), List.of("io_uring")),
        Arguments.of(new AutoPollerModule(), List.of("io_uring", "epoll", "nio")));
  }

  @ParameterizedTest
  @MethodSource("modules")
  void bringsItsAdapters(Module module, List<String> names) {
    assertThat(providers(module))
        .extracting(PollerProvider::name)
        .containsExactlyInAnyOrderElementsOf(names);
  }

  @Test
  void aMissingAdapterNamesTheArtifactToAdd() {
    Module absent =
        new AbstractModule() {
          @Override
          protected void configure() {
            Adapters.bindNamed(binder(), "kqueue", "weft-poller-kqueue");
          }
        };

    CreationException failure =
        catchThrowableOfType(CreationException.class, () -> Guice.createInjector(absent));

    assertThat(failure.getErrorMessages())
        .singleElement()
        .extracting(message -> message.getMessage())
        .isEqualTo(
            "poller kqueue is neither on the class path nor on the module path:"
                + " add io.weft:weft-poller-kqueue");
  }

  private static Set<PollerProvider> providers(Module... modules) {
    return Guice.createInjector(modules)
        .getInstance(Key.get(new TypeLiteral<Set<PollerProvider>>() {}));
  }
}
