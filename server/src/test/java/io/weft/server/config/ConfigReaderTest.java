package io.weft.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.tuple;

import io.weft.NetConfig;
import io.weft.Network;
import io.weft.Scheduling;
import io.weft.server.admin.AdminConfig;
import io.weft.server.notation.SocketUrl;
import io.weft.server.options.ProxyOptions;
import io.weft.server.proxy.Limits;
import io.weft.server.proxy.ProxyConfig;
import io.weft.server.proxy.Timeouts;
import io.weft.server.upstream.Balance;
import io.weft.server.upstream.UpstreamSpec;
import io.weft.server.wire.ProxyVersion;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Goal: a file means what the command line means that has its keys as options. */
class ConfigReaderTest {
  @TempDir private Path directory;

  @Test
  void aSmallFileMeansTheDefaults() throws Exception {
    ServerConfig config = Configs.read(Configs.SMALL);

    assertThat(config.net().poller()).isEqualTo(NetConfig.DEFAULT.poller());
    assertThat(config.net().loops()).isEqualTo(NetConfig.DEFAULT.loops());
    assertThat(config.drainTimeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(config.accessLog().where()).isEqualTo("-");
    assertThat(config.admin()).isNull();
    assertThat(config.services())
        .containsExactly(
            new ServiceConfig.Echo("web", List.of(new SocketUrl(Network.TCP, "127.0.0.1:0"))));
  }

  @Test
  void everyKeyIsUnderstood() throws Exception {
    ServerConfig config = Configs.read(Configs.WHOLE);

    assertThat(config.net().poller().name()).isEqualTo("nio");
    assertThat(config.net().poller().denied()).containsExactlyInAnyOrder("epoll", "io_uring");
    assertThat(config.net().loops()).isEqualTo(new NetConfig.Loops(2, Scheduling.JDK));
    assertThat(config.admin())
        .isEqualTo(new AdminConfig(SocketUrl.parse("tcp://127.0.0.1:9090"), true));
    assertThat(config.drainTimeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(config.accessLog().where()).isEqualTo("off");
    assertThat(config.services())
        .extracting(ServiceConfig::name)
        .containsExactly("web", "tls", "back");

    ProxyConfig web = ((ServiceConfig.Proxy) config.services().getFirst()).config();
    assertThat(web.listen()).extracting(SocketUrl::toString).contains("unix:///run/web.sock");
    assertThat(web.targets().upstreams())
        .extracting(UpstreamSpec::name, UpstreamSpec::weight, UpstreamSpec::sessionsMax)
        .containsExactly(tuple("tcp://10.0.0.5:80", 3, 100), tuple("unix:///run/app.sock", 0, 100));
    assertThat(web.targets().pool().balance()).isEqualTo(Balance.LEAST_CONN);
    assertThat(web.targets().pool().health().send().bytes()).asString().isEqualTo("PING\r\n");
    assertThat(web.introduction().sendProxy()).isEqualTo(ProxyVersion.V2);
    assertThat(web.introduction().acceptProxy()).hasSize(2);
    assertThat(web.timeouts())
        .isEqualTo(
            new Timeouts(Duration.ofMinutes(10), Duration.ofSeconds(30), Duration.ofHours(1)));
    assertThat(web.limits()).isEqualTo(new Limits(1000, Limits.UNLIMITED, 1));

    ProxyConfig tls = ((ServiceConfig.Proxy) config.services().get(1)).config();
    assertThat(tls.targets().byServerName().get("www.example.org")).hasSize(1);
    assertThat(tls.targets().byServerName().get("*.example.org"))
        .extracting(UpstreamSpec::weight)
        .containsExactly(1, 2);
  }

  /** Whoever adds an option to a proxy adds a key, and finds it in the test's configuration. */
  @Test
  void theTestsConfigurationHasEveryOptionOfAProxy() {
    CommandSpec spec = CommandSpec.forAnnotatedObject(new ProxyOptions());

    assertThat(spec.options())
        .extracting(option -> option.longestName().substring(2))
        .allSatisfy(name -> assertThat(Configs.WHOLE).contains(name + ":"));
  }

  @Test
  void theSameOptionsOnTheCommandLineMeanTheSame() throws Exception {
    ProxyOptions options = new ProxyOptions();
    new CommandLine(CommandSpec.forAnnotatedObject(options))
        .parseArgs(
            "--listen=tcp://:1",
            "--upstream=tcp://a:1,weight=2",
            "--sni=b.org=tcp://b:1",
            "--balance=random-two",
            "--max-sessions=7",
            "--lifetime=3s",
            "--connect-retries=0",
            "--send-proxy=v1",
            "--accept-proxy=unix",
            "--health-send=x");
    String text =
        """
        services:
          - {name: a, type: proxy, listen: "tcp://:1", upstream: "tcp://a:1,weight=2",
             sni: {b.org: "tcp://b:1"}, balance: random-two, max-sessions: 7, lifetime: 3s,
             connect-retries: 0, send-proxy: v1, accept-proxy: unix, health-send: x}
        """;

    assertThat(Configs.read(text).services())
        .containsExactly(new ServiceConfig.Proxy("a", options.config()));
  }

  @Test
  void whatTheCommandLineSaysCountsBeforeTheFile() throws Exception {
    byte[] text = Configs.WHOLE.getBytes(StandardCharsets.UTF_8);
    ServerConfig config =
        ConfigReader.of("f", text, Map.of("--poller", "epoll", "--verbose", true));

    assertThat(config.net().poller().name()).isEqualTo("epoll");
    assertThat(config.net().loops().count()).isEqualTo(2);
  }

  @Test
  void aFileThatCannotBeReadIsNamedWithTheReason() throws Exception {
    Path missing = directory.resolve("weft.yaml");
    assertThatIOException()
        .isThrownBy(() -> ConfigReader.read(missing, Map.of()))
        .withMessage(missing + ": no such file");
    assertThatIOException()
        .isThrownBy(() -> ConfigReader.read(directory, Map.of()))
        .withMessage(directory + ": Is a directory");

    Files.writeString(missing, Configs.SMALL);
    assertThat(ConfigReader.read(missing, Map.of()).services()).hasSize(1);
  }
}
