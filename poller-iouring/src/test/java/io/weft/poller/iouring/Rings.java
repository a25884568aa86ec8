package io.weft.poller.iouring;

import io.weft.PollerReport;
import io.weft.poller.iouring.ring.Caps;
import io.weft.poller.iouring.ring.Kernel;
import io.weft.poller.iouring.ring.sys.Sys;
import io.weft.spi.Capability;
import io.weft.spi.Poller;
import io.weft.spi.PollerProvider;
import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The adapter, with rings of given sizes in turn, that can be looked at when they are closed. */
final class Rings implements PollerProvider {
  private final PollerProvider real = new IoUringPollerProvider();
  private final Sys sys;
  private final List<IoUringPoller.Size> sizes;
  private final Queue<IoUringPoller> opened = new ConcurrentLinkedQueue<>();

  Rings(IoUringPoller.Size... sizes) {
    this(Kernel.SYS, sizes);
  }

  Rings(Sys sys, IoUringPoller.Size... sizes) {
    this.sys = sys;
    this.sizes = List.of(sizes);
  }

  Queue<IoUringPoller> opened() {
    return opened;
  }

  @Override
  public String name() {
    return real.name();
  }

  @Override
  public PollerReport report() {
    return real.report();
  }

  @Override
  public Set<Capability> lacks() {
    return real.lacks();
  }

  @Override
  public Poller open() throws IOException {
    Caps caps = Probe.here().only(Caps.DEFAULT).caps();
    IoUringPoller poller = new IoUringPoller(sys, caps, sizes.get(opened.size() % sizes.size()));
    opened.add(poller);
    return poller;
  }
}
