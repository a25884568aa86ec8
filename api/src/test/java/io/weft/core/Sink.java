package io.weft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.Conn;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;

/** A connection of somebody else's, of which a transfer may use the write alone. */
@FunctionalInterface
interface Sink {
  int write(ByteBuffer src) throws IOException;

  static Conn conn(Sink sink) {
    return (Conn)
        Proxy.newProxyInstance(
            Sink.class.getClassLoader(),
            new Class<?>[] {Conn.class},
            (proxy, method, args) -> {
              assertThat(method.getName()).isEqualTo("write");
              return sink.write((ByteBuffer) args[0]);
            });
  }
}
