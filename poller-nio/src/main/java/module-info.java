/** The poller adapter on {@link java.nio.channels.Selector}: any operating system. */
module io.weft.poller.nio {
  requires static transitive org.jspecify;
  requires io.weft;
  // the TCP_KEEP options, found by name; without it they are missing on the module path
  requires jdk.net;

  provides io.weft.spi.PollerProvider with
      io.weft.poller.nio.NioPollerProvider;
}
