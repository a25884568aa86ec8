package io.weft.server.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/** ClientHellos, made by hand or by the JDK. */
public final class Hellos {
  static final int SERVER_NAME = 0;

  private Hellos() {}

  /** What a client of the JDK sends first. */
  static byte[] ofJdk(@Nullable String name, String... protocols) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, null, null);
    SSLEngine engine = context.createSSLEngine();
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(protocols);
    parameters.setServerNames(name == null ? List.of() : List.of(new SNIHostName(name)));
    engine.setSSLParameters(parameters);
    ByteBuffer out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    engine.beginHandshake();
    engine.wrap(ByteBuffer.allocate(0), out);
    return rest(out.flip());
  }

  /** In one record. */
  public static byte[] ofName(String name) {
    return records(message(body(extension(SERVER_NAME, names(host(name))))), 0x4000);
  }

  /** A message in records with so many bytes of it each. */
  static byte[] records(byte[] message, int fragmentBytes) {
    ByteBuffer records = ByteBuffer.allocate(6 * message.length);
    for (int at = 0; at < message.length; at += fragmentBytes) {
      int bytes = Math.min(fragmentBytes, message.length - at);
      records.put((byte) 22).putShort((short) 0x0301).putShort((short) bytes);
      records.put(message, at, bytes);
    }
    return rest(records.flip());
  }

  static byte[] message(byte[] body) {
    ByteBuffer message = ByteBuffer.allocate(4 + body.length);
    return message.putInt(1 << 24 | body.length).put(body).array();
  }

  static byte[] body(byte[]... extensions) {
    return joined(bodyWithoutExtensions(), vector(joined(extensions)));
  }

  static byte[] bodyWithoutExtensions() {
    ByteBuffer body = ByteBuffer.allocate(34 + 33 + 4 + 2);
    body.putShort(0, (short) 0x0303).position(34);
    body.put((byte) 32).position(67);
    return body.putShort((short) 2).putShort((short) 0x1301).put((byte) 1).array();
  }

  static byte[] extension(int type, byte[] data) {
    return joined(new byte[] {(byte) (type >> 8), (byte) type}, vector(data));
  }

  static byte[] names(byte[]... entries) {
    return vector(joined(entries));
  }

  static byte[] host(String name) {
    return joined(new byte[1], vector(name.getBytes(ISO_8859_1)));
  }

  static byte[] vector(byte[] bytes) {
    return joined(new byte[] {(byte) (bytes.length >> 8), (byte) bytes.length}, bytes);
  }

  static byte[] joined(byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    ByteBuffer all = ByteBuffer.allocate(length);
    for (byte[] part : parts) {
      all.put(part);
    }
    return all.array();
  }

  private static byte[] rest(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }
}
