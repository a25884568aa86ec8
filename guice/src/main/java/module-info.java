/** Guice modules that bind {@link io.weft.Net} and choose a poller. */
module io.weft.guice {
  requires transitive io.weft;
  requires transitive com.google.guice;
  // Guice has no descriptor that could ask for these
  requires com.google.common;
  requires jakarta.inject;
  requires static org.jspecify;

  exports io.weft.guice;

  // Guice calls the provider methods
  opens io.weft.guice to
      com.google.guice;

  uses io.weft.spi.PollerProvider;
}
