package io.weft.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.Net;
import io.weft.NetConfig;
import io.weft.PollerReport;
import io.weft.Scheduling;
import java.lang.module.ResolvedModule;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Goal: the API and the adapter's jar are all that a module path needs. */
class EpollModuleIT {
  @Test
  void nothingElseOfWeftIsAModuleHereAndBothAreJars() {
    List<ResolvedModule> modules =
        ModuleLayer.boot().configuration().modules().stream()
            .filter(module -> module.name().startsWith("io.weft"))
            .toList();
    assertThat(modules)
        .map(ResolvedModule::name)
        .containsExactlyInAnyOrder("io.weft", "io.weft.poller.epoll");
    assertThat(modules)
        .map(module -> module.reference().location().map(URI::getPath).orElse(""))
        .allMatch(location -> location.endsWith(".jar"));
    assertThat(Net.class.getModule().getName()).isEqualTo("io.weft");
    assertThat(Net.probe()).map(PollerReport::name).containsExactly("epoll");
  }

  @Test
  void theFlagsThatTheReportsNameAreEnough() throws Exception {
    try (Net net = Net.open(NetConfig.DEFAULT)) {
      assertThat(net.poller().name()).isEqualTo("epoll");
      assertThat(net.scheduling()).isEqualTo(Scheduling.ON_LOOP);
      Module adapter = ModuleLayer.boot().findModule("io.weft.poller.epoll").orElseThrow();
      assertThat(adapter.isNativeAccessEnabled()).isTrue();
      assertThat(EpollModuleIT.class.getModule().isNativeAccessEnabled()).isFalse();
    }
  }
}
