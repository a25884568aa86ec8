package io.weft.poller.iouring;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.Net;
import io.weft.NetConfig;
import io.weft.spi.NetFactory;
import io.weft.tck.NetOpener;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;

/**
 * Opens nets whose rings differ: one as usual, one with hardly a buffer, one whose completion queue
 * overflows. When a net is closed, no buffer may be lent and no operation be in flight any more.
 */
public final class Audited implements NetOpener {
  @Override
  public Net open(NetConfig config) throws IOException {
    Rings rings =
        new Rings(IoUringPoller.Size.DEFAULT, Rig.SMALL, new IoUringPoller.Size(8, 8, 64, 512));
    Net net = NetFactory.load().open(config, List.of(rings));
    return (Net)
        Proxy.newProxyInstance(
            Net.class.getClassLoader(),
            new Class<?>[] {Net.class},
            (proxy, method, args) -> {
              try {
                return method.invoke(net, args);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              } finally {
                if (method.getName().equals("close")) {
                  rings.opened().forEach(Audited::audit);
                }
              }
            });
  }

  private static void audit(IoUringPoller poller) {
    assertThat(poller.buffers.lent()).as("buffers that are lent for ever").isZero();
    assertThat(poller.owners.inFlight()).as("operations that did not end").isZero();
  }
}
