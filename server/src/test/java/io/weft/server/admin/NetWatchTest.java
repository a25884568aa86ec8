package io.weft.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.Listener;
import io.weft.Net;
import io.weft.NetConfig;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Goal: what the net meets is counted under its name. */
class NetWatchTest {
  @Test
  void failedAcceptsAndStallsAreInTheMetrics() throws Exception {
    try (Net net = Net.open(NetConfig.DEFAULT.withPoller("nio").withLoops(1));
        Listener listener = net.listen("tcp", "127.0.0.1:0");
        TestingServer server = new TestingServer()) {
      server.watch().acceptFailed(listener, new IOException("no more"));
      server.watch().acceptFailed(listener, new IOException("still no more"));
      server.watch().loopStalled("weft-nio-0", Thread.currentThread());
      Samples metrics = Samples.parse(server.http().get("/metrics").body());
      assertThat(metrics.sum("weft_accept_failures_total", Map.of("error", "IOException")))
          .isEqualTo(2);
      assertThat(metrics.sum("weft_loop_stalls_total", Map.of("loop", "weft-nio-0"))).isEqualTo(1);
    }
  }
}
