package io.weft.server.proxy;

import io.weft.Conn;
import io.weft.server.wire.ClientHello;
import io.weft.server.wire.ClientHelloDecoder;
import io.weft.server.wire.Decoded;
import io.weft.server.wire.ProxyHeader;
import io.weft.server.wire.ProxyHeaderDecoder;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.Function;

/** What clients have to say before they are connected: a PROXY header, a TLS ClientHello. */
final class Intake {
  private final Introduction introduction;
  private final ProxyHeaderDecoder headers = new ProxyHeaderDecoder();

  Intake(Introduction introduction) {
    this.introduction = introduction;
  }

  /** Takes the header away, if this client has to send one. */
  void readHeader(Session session, Preface preface, Notes notes) throws IOException {
    if (introduction.isExpectedOf(session.client().remoteAddress())) {
      session.enter(Phase.HEADER);
      Wait wait =
          new Wait(introduction.headerTimeout(), Cause.HEADER_TIMEOUT, Cause.BAD_PROXY_HEADER);
      ProxyHeader header = decode(session, preface, headers::decode, wait);
      notes.introducedBy(header);
    }
  }

  /** Looks for the server's name, which stays where it is. */
  ClientHello readHello(Session session, Preface preface) throws IOException {
    session.enter(Phase.SNI);
    Wait wait = new Wait(introduction.sniTimeout(), Cause.SNI_TIMEOUT, Cause.BAD_CLIENT_HELLO);
    return decode(session, preface, new ClientHelloDecoder()::decode, wait);
  }

  private static <T> T decode(
      Session session, Preface preface, Function<ByteBuffer, Decoded<T>> decoder, Wait wait)
      throws IOException {
    Conn client = session.client();
    client.setReadTimeout(wait.timeout);
    for (; ; ) {
      switch (decoder.apply(preface.bytes())) {
        case Decoded.Done<T> done -> {
          preface.skip(done.bytes());
          client.setReadTimeout(null);
          return done.value();
        }
        case Decoded.Malformed<T> malformed ->
            throw session.ended(Party.PROXY, wait.malformed, malformed.reason());
        case Decoded.More<T> _ -> readMore(session, preface, wait);
      }
    }
  }

  private static void readMore(Session session, Preface preface, Wait wait) throws IOException {
    try {
      preface.readMore();
    } catch (EOFException e) {
      throw session.ended(Party.CLIENT, Cause.EOF, null);
    } catch (SocketTimeoutException e) {
      throw Ending.isDeadline(e) ? session.ended(Party.PROXY, wait.late, null) : e;
    }
  }

  /** How long to wait for what has to come, and what it means when it does not. */
  private record Wait(Duration timeout, Cause late, Cause malformed) {}
}
