package io.weft.server.wire;

import io.weft.server.wire.Decoded.Done;
import io.weft.server.wire.Decoded.Malformed;
import io.weft.server.wire.Decoded.More;
import java.nio.ByteBuffer;

/**
 * Finds the ClientHello of one connection in its first bytes (RFC 8446, sections 4.1.2 and 5.1), in
 * however many records and pieces it arrives, and reads the server name in it (RFC 6066, section
 * 3). The bytes stay where they are: they are the upstream's.
 *
 * <p>A connection whose first two bytes are not those of a record with a handshake is not TLS. One
 * that begins so, and does not go on as a ClientHello, is malformed; what does not bear upon the
 * name is left for the upstream to judge.
 *
 * <p>For one connection, and one thread at a time: it remembers how far it has come.
 */
public final class ClientHelloDecoder {
  /** How long a hello may be if nothing else is said, its records' heads included. */
  public static final int BYTES_MAX = 64 * 1024;

  private static final int HANDSHAKE = 22;
  private static final int VERSION_MAJOR = 3;
  private static final int CLIENT_HELLO = 1;
  private static final int RECORD_HEAD_BYTES = 5;
  private static final int FRAGMENT_BYTES_MAX = 16 * 1024;
  private static final int MESSAGE_HEAD_BYTES = 4;

  private final int bytesMax;
  // how many bytes have been looked at, and how many of the record there are yet to come
  private int at;
  private int fragmentLeft;
  // how much of the message has been seen, and how long it is without its head
  private int messageSeen;
  private int messageBytes;

  /** A decoder that takes a hello of up to {@link #BYTES_MAX} bytes. */
  public ClientHelloDecoder() {
    this(BYTES_MAX);
  }

  /**
   * A decoder with a limit of its own.
   *
   * @param bytesMax how long a hello may be, its records' heads included; positive
   */
  public ClientHelloDecoder(int bytesMax) {
    if (bytesMax <= 0) {
      throw new IllegalArgumentException("bytesMax " + bytesMax + " is not positive");
    }
    this.bytesMax = bytesMax;
  }

  /**
   * Looks at what has arrived.
   *
   * @param bytes all bytes since the first one, from position to limit; not moved
   * @return the hello, none of whose bytes is to be taken away, that more is needed, or what is
   *     wrong
   */
  public Decoded<ClientHello> decode(ByteBuffer bytes) {
    ByteBuffer from = bytes.slice(bytes.position(), Math.min(bytes.remaining(), bytesMax));
    if (!isTls(from)) {
      return new Done<>(ClientHello.NOT_TLS, 0);
    }
    try {
      if (!walk(from)) {
        return new More<>(bytesMax);
      }
      return new Done<>(new ClientHello(true, HelloBody.serverName(message(from))), 0);
    } catch (HelloFault e) {
      return new Malformed<>("TLS ClientHello: " + e.getMessage());
    }
  }

  private static boolean isTls(ByteBuffer from) {
    return (from.limit() < 1 || from.get(0) == HANDSHAKE)
        && (from.limit() < 2 || from.get(1) == VERSION_MAJOR);
  }

  /** Goes on from where it was, and tells whether the whole message is there. */
  private boolean walk(ByteBuffer from) throws HelloFault {
    while (messageSeen < MESSAGE_HEAD_BYTES + messageBytes) {
      if ((fragmentLeft == 0 && !entersRecord(from)) || at == from.limit()) {
        if (from.limit() == bytesMax) {
          throw tooLong("more than " + bytesMax);
        }
        return false;
      }
      int wanted = MESSAGE_HEAD_BYTES + messageBytes - messageSeen;
      if (messageSeen < MESSAGE_HEAD_BYTES) {
        readHead(from.get(at) & 0xff);
        wanted = 1;
      }
      int taken = Math.min(wanted, Math.min(fragmentLeft, from.limit() - at));
      at += taken;
      fragmentLeft -= taken;
      messageSeen += taken;
    }
    return true;
  }

  private boolean entersRecord(ByteBuffer from) throws HelloFault {
    int there = from.limit() - at;
    if (there > 0 && from.get(at) != HANDSHAKE) {
      throw new HelloFault("a record of type " + (from.get(at) & 0xff) + " comes within it");
    }
    if (there > 1 && from.get(at + 1) != VERSION_MAJOR) {
      throw new HelloFault("a record of version " + (from.get(at + 1) & 0xff) + " comes within it");
    }
    if (there < RECORD_HEAD_BYTES) {
      return false;
    }
    int fragmentBytes = fragmentBytes(from, at);
    if (fragmentBytes == 0 || fragmentBytes > FRAGMENT_BYTES_MAX) {
      throw new HelloFault(
          "a record has " + fragmentBytes + " bytes, not 1 to " + FRAGMENT_BYTES_MAX);
    }
    fragmentLeft = fragmentBytes;
    at += RECORD_HEAD_BYTES;
    return true;
  }

  private static int fragmentBytes(ByteBuffer from, int recordAt) {
    return from.getShort(recordAt + RECORD_HEAD_BYTES - Short.BYTES) & 0xffff;
  }

  /** Reads the type of the message, then its length of three bytes. */
  private void readHead(int value) throws HelloFault {
    if (messageSeen == 0) {
      if (value != CLIENT_HELLO) {
        throw new HelloFault("the handshake begins with a message of type " + value);
      }
      return;
    }
    int length = messageBytes << 8 | value;
    boolean whole = messageSeen == MESSAGE_HEAD_BYTES - 1;
    if (whole && RECORD_HEAD_BYTES + MESSAGE_HEAD_BYTES + length > bytesMax) {
      throw tooLong(Integer.toString(RECORD_HEAD_BYTES + MESSAGE_HEAD_BYTES + length));
    }
    messageBytes = length;
  }

  private HelloFault tooLong(String bytes) {
    return new HelloFault("it has " + bytes + " bytes, and at most " + bytesMax + " are taken");
  }

  /** The message behind its head: a view when one record has all of it, else put together. */
  private ByteBuffer message(ByteBuffer from) {
    if (fragmentBytes(from, 0) >= messageSeen) {
      return from.slice(RECORD_HEAD_BYTES + MESSAGE_HEAD_BYTES, messageBytes);
    }
    byte[] message = new byte[messageSeen];
    int recordAt = 0;
    for (int filled = 0; filled < message.length; ) {
      int part = Math.min(fragmentBytes(from, recordAt), message.length - filled);
      from.get(recordAt + RECORD_HEAD_BYTES, message, filled, part);
      filled += part;
      recordAt += RECORD_HEAD_BYTES + part;
    }
    return ByteBuffer.wrap(message, MESSAGE_HEAD_BYTES, messageBytes).slice();
  }
}
