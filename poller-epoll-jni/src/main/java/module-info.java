/** The adapter named epoll; it exports nothing but its provider. */
module io.weft.poller.epoll {
  requires io.weft;
  requires static org.jspecify;

  provides io.weft.spi.PollerProvider with
      io.weft.poller.epoll.EpollProvider;
}
