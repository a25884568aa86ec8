package io.weft.poller.iouring;

import io.weft.Net;
import io.weft.NetConfig;
import io.weft.Scheduling;
import io.weft.poller.iouring.ring.Ring;
import io.weft.poller.iouring.ring.Sqe;
import io.weft.spi.NetFactory;
import java.util.List;

/** What {@link TracedEchoTest} traces: echoes on one ring, then tells what that has counted. */
final class EchoMain {
  private EchoMain() {}

  public static void main(String[] args) throws Exception {
    NetConfig config =
        NetConfig.DEFAULT.withPoller("io_uring").withScheduling(Scheduling.ON_LOOP).withLoops(1);
    Rings rings = new Rings(IoUringPoller.Size.DEFAULT);
    try (Net net = NetFactory.load().open(config, List.of(rings))) {
      TracedEchoTest.ECHO.serve(net, System.out);
    }
    Ring ring = rings.opened().remove().ring;
    System.out.println("enters " + ring.enters());
    System.out.println("sends " + ring.submitted(Sqe.SEND));
    System.out.println("receives " + ring.submitted(Sqe.RECV));
    System.out.println("polls " + ring.submitted(Sqe.POLL_ADD));
  }
}
