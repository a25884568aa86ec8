/**
 * Weft: blocking network calls for Java, one virtual thread per connection, over a poller that
 * never blocks a thread.
 *
 * <p>{@link io.weft} is what users call, {@link io.weft.spi} is what adapters implement.
 */
module io.weft {
  requires static transitive org.jspecify;

  exports io.weft;
  exports io.weft.spi;

  uses io.weft.NetProvider;
  uses io.weft.spi.NetFactory;
  uses io.weft.spi.PollerProvider;

  provides io.weft.NetProvider with
      io.weft.core.CoreProvider;
  provides io.weft.spi.NetFactory with
      io.weft.core.CoreProvider;
}
