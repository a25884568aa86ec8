/** The standalone server. It runs on the class path by {@code java -jar}, and as a module. */
module io.weft.server {
  requires ch.qos.logback.classic;
  requires com.google.gson;
  requires com.google.guice;
  requires info.picocli;
  requires io.prometheus.metrics.model;
  requires io.weft;
  requires io.weft.guice;
  requires jakarta.inject;
  requires java.management;
  requires jdk.jfr;
  requires micrometer.core;
  requires micrometer.registry.prometheus;
  requires org.eclipse.jetty.unixdomain.server;
  // signals, by name
  requires jdk.unsupported;
  // for Guice, which has no descriptor to ask for it
  requires org.objectweb.asm;
  requires org.slf4j;
  requires org.snakeyaml.engine;
  requires static org.jspecify;

  opens io.weft.server to
      com.google.guice,
      info.picocli;
  opens io.weft.server.options to
      info.picocli;
  opens io.weft.server.service to
      com.google.guice;
}
