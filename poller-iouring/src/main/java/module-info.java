/**
 * The poller on io_uring, in Java alone: the kernel's rings are memory, and its few system calls
 * are downcalls of {@code java.lang.foreign}.
 */
module io.weft.poller.iouring {
  requires io.weft;
  requires static transitive org.jspecify;

  provides io.weft.spi.PollerProvider with
      io.weft.poller.iouring.IoUringPollerProvider;
}
