package io.weft.server.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.weft.DialConfig;
import io.weft.Net;
import io.weft.NetConfig;
import io.weft.Network;
import io.weft.server.Peer;
import io.weft.server.upstream.HealthConfig.Pace;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Goal: a check tells a server that is well from every other one, and what is wrong with it. */
@Timeout(60)
class HealthCheckTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final byte[] HEADER = {1, 2};

  private Net net;

  @BeforeEach
  void open() throws IOException {
    net = Net.open(NetConfig.DEFAULT.withLoops(1));
  }

  @AfterEach
  void close() {
    net.close();
  }

  @Test
  void connectsAndEnds() throws Exception {
    try (Peer peer = Peer.serving(conn -> conn.getInputStream().read())) {
      check(peer.address(), "", "", PATIENCE);
      assertThat(peer.result()).isEqualTo(-1);
    }
  }

  @Test
  void sendsWhatComesBeforeItAllAndTakesAnAnswerInPieces() throws Exception {
    try (Peer peer =
        Peer.serving(
            conn -> {
              byte[] request = conn.getInputStream().readNBytes(8);
              conn.getOutputStream().write('+');
              conn.getOutputStream().write("PONG and more".getBytes(StandardCharsets.US_ASCII));
              return new String(request, StandardCharsets.ISO_8859_1);
            })) {
      check(peer.address(), "PING\\r\\n", "+PONG", PATIENCE);
      assertThat(peer.result()).isEqualTo("\1\2PING\r\n");
    }
  }

  @Test
  void anotherAnswerIsShown() throws Exception {
    try (Peer peer = answering("-ERR\r\n")) {
      assertThatIOException()
          .isThrownBy(() -> check(peer.address(), "", "+PONG\\r\\n", PATIENCE))
          .withMessage("answered \"-ERR\\r\\n\" instead of \"+PONG\\r\\n\"");
    }
  }

  @Test
  void anEndInTheMiddleIsShown() throws Exception {
    try (Peer peer = answering("+P")) {
      assertThatIOException()
          .isThrownBy(() -> check(peer.address(), "", "+PONG", PATIENCE))
          .withMessage("answered \"+P\" and ended instead of \"+PONG\"");
    }
  }

  @Test
  void silenceEndsAtTheTimeout() throws Exception {
    Duration timeout = Duration.ofMillis(60);
    try (Peer peer = Peer.serving(conn -> conn.getInputStream().read())) {
      long begin = System.nanoTime();
      assertThatExceptionOfType(SocketTimeoutException.class)
          .isThrownBy(() -> check(peer.address(), "", "+PONG", timeout));
      assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(timeout.toNanos());
      assertThat(peer.result()).isEqualTo(-1);
    }
  }

  @Test
  void aRefusalIsShown() throws Exception {
    String address;
    try (Peer peer = answering("")) {
      address = peer.address();
      check(address, "", "", PATIENCE);
    }
    assertThatExceptionOfType(ConnectException.class)
        .isThrownBy(() -> check(address, "", "", PATIENCE))
        .withMessageContaining("ECONNREFUSED");
  }

  private static Peer answering(String answer) throws IOException {
    return Peer.serving(
        conn -> {
          conn.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
          conn.shutdownOutput();
          return conn.getInputStream().readAllBytes();
        });
  }

  private void check(String address, String send, String expect, Duration timeout)
      throws IOException {
    HealthConfig config =
        new HealthConfig(
            new Pace(PATIENCE, PATIENCE, timeout),
            HealthConfig.DEFAULT.thresholds(),
            new EscapedBytes(send),
            new EscapedBytes(expect),
            send.isEmpty() ? Preamble.NONE : _ -> HEADER);
    UpstreamSpec spec = UpstreamSpec.of("peer", Network.TCP, address);
    new HealthCheck(config, Ports.of(net, DialConfig.DEFAULT).dialer(), Time.system())
        .run(
            new Upstream(
                spec, new HealthState(config.thresholds()), new Ejection(EjectionConfig.DEFAULT)));
  }
}
