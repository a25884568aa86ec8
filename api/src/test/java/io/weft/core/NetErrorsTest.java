package io.weft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.AddressException;
import io.weft.NetError;
import io.weft.Network;
import io.weft.PollerUnavailableException;
import io.weft.spi.Errno;
import io.weft.spi.ErrnoException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Goal: one event, one JDK type, Go's message, and the facts of NetError. */
@Timeout(60)
class NetErrorsTest {
  private static final Polled.Endpoint ENDPOINT = CoreRig.endpoint(Network.TCP);
  private static final String BOTH_ENDS = "tcp 127.0.0.1:4000->127.0.0.1:5000";

  @ParameterizedTest
  @CsvSource({
    "listen, EADDRINUSE,    java.net.BindException",
    "listen, EADDRNOTAVAIL, java.net.BindException",
    "listen, EACCES,        java.net.BindException",
    "listen, EPERM,         java.net.BindException",
    "dial,   EADDRNOTAVAIL, java.net.BindException",
    "dial,   EACCES,        java.net.SocketException",
    "dial,   ECONNREFUSED,  java.net.ConnectException",
    "dial,   ENETUNREACH,   java.net.NoRouteToHostException",
    "dial,   EHOSTUNREACH,  java.net.NoRouteToHostException",
    "read,   EHOSTUNREACH,  java.net.NoRouteToHostException",
    "dial,   ETIMEDOUT,     java.net.SocketTimeoutException",
    "read,   ETIMEDOUT,     java.net.SocketTimeoutException",
    "dial,   EAGAIN,        java.net.SocketTimeoutException",
    "read,   ECONNRESET,    java.net.SocketException",
    "write,  EPIPE,         java.net.SocketException",
    "accept, EMFILE,        java.net.SocketException",
    "accept, ENFILE,        java.net.SocketException",
    "accept, ENOBUFS,       java.net.SocketException",
    "accept, ENOMEM,        java.net.SocketException",
    "accept, ECONNABORTED,  java.net.SocketException",
    "write,  ECONNRESET,    java.net.SocketException",
    "write,  ETIMEDOUT,     java.net.SocketTimeoutException",
    "write,  EHOSTUNREACH,  java.net.NoRouteToHostException",
    "dial,   EADDRINUSE,    java.net.BindException",
    "dial,   EPERM,         java.net.SocketException",
    "dial,   EMFILE,        java.net.SocketException",
    "dial,   ENOENT,        java.net.SocketException",
    "listen, EMFILE,        java.net.SocketException",
    "listen, EAFNOSUPPORT,  java.net.SocketException",
    "listen, ENOENT,        java.net.SocketException",
    "read,   EAGAIN,        java.net.SocketException",
    "read,   ENOMEM,        java.net.SocketException",
    "set,    EINVAL,        java.net.SocketException",
    "get,    ENOPROTOOPT,   java.net.SocketException",
  })
  void anErrnoHasTheTypeOfItsEvent(String op, Errno errno, Class<? extends IOException> type) {
    IOException made = NetErrors.errno(ENDPOINT, op, errno.number(), null);
    assertThat(made.getClass().getSuperclass()).isEqualTo(type);
    assertThat(made).hasMessage("%s %s: %s (%s)", op, BOTH_ENDS, errno.text(), errno.name());
    assertFacts(made, op, errno.number(), errno.name());
  }

  @Test
  void anUnknownErrnoKeepsItsNumber() {
    IOException made = NetErrors.errno(ENDPOINT, "read", 777, null);
    assertThat(made)
        .isInstanceOf(SocketException.class)
        .hasMessage("read " + BOTH_ENDS + ": unknown error (errno 777)");
    assertFacts(made, "read", 777, "errno 777");
  }

  @Test
  void aCauseIsKept() {
    IOException cause = new IOException("Broken pipe");
    assertThat(NetErrors.errno(ENDPOINT, "write", 32, cause)).hasCause(cause);
  }

  @Test
  void aCloseSaysWhetherItCameBeforeOrDuring() {
    ClosedChannelException before = NetErrors.closed(ENDPOINT, "read", false);
    ClosedChannelException during = NetErrors.closed(ENDPOINT, "write", true);
    assertThat(before)
        .isNotInstanceOf(AsynchronousCloseException.class)
        .hasMessage("read " + BOTH_ENDS + ": use of closed network connection");
    assertThat(during)
        .isInstanceOf(AsynchronousCloseException.class)
        .hasMessage("write " + BOTH_ENDS + ": use of closed network connection");
    assertFacts(before, "read", 0, "");
    assertFacts(during, "write", 0, "");
  }

  @Test
  void aDeadlineIsATimeout() {
    SocketTimeoutException made = NetErrors.timeout(ENDPOINT, "read");
    assertThat(made).hasMessage("read " + BOTH_ENDS + ": i/o timeout");
    assertFacts(made, "read", 0, "");
  }

  @Test
  void anInterruptIsNoTimeout() {
    InterruptedIOException made = NetErrors.interrupted(ENDPOINT, "accept");
    assertThat(made)
        .isNotInstanceOf(SocketTimeoutException.class)
        .hasMessage("accept " + BOTH_ENDS + ": interrupted");
    assertFacts(made, "accept", 0, "");
  }

  @Test
  void anUnknownHostIsNamed() {
    UnknownHostException cause = new UnknownHostException("nowhere");
    UnknownHostException made = NetErrors.unknownHost(ENDPOINT, "dial", "nowhere", cause);
    assertThat(made).hasMessageEndingWith("lookup nowhere: no such host").hasCause(cause);
    assertFacts(made, "dial", 0, "");
  }

  @Test
  void theEndOfALoopIsACloseAndItsDeathIsNot() {
    assertThat(NetErrors.loopEnded(ENDPOINT, "read", null))
        .isInstanceOf(AsynchronousCloseException.class);
    IllegalStateException cause = new IllegalStateException("broken");
    IOException died = NetErrors.loopEnded(ENDPOINT, "read", cause);
    assertThat(died)
        .isInstanceOf(SocketException.class)
        .hasCause(cause)
        .hasMessageContaining("the event loop died")
        .hasMessageContaining("broken");
    assertFacts(died, "read", 0, "");
  }

  @Test
  void whatAnAdapterLacksKeepsItsText() {
    UnsupportedOperationException cause = new UnsupportedOperationException("X is not supported");
    UnsupportedOperationException made = NetErrors.unsupported(ENDPOINT, "set", cause);
    assertThat(made).hasMessage("set " + BOTH_ENDS + ": X is not supported").hasCause(cause);
    assertFacts(made, "set", 0, "");
    assertThat(NetErrors.unsupported(ENDPOINT, "dial", made)).isSameAs(made);
    assertThat(NetErrors.unsupported(ENDPOINT, "set", new UnsupportedOperationException()))
        .hasMessage("set " + BOTH_ENDS + ": not supported");
  }

  @Test
  void aTextThatCannotBeUsedKnowsItsOperation() {
    AddressException made = new AddressException("listen", "foo", "unknown network foo");
    assertThat(made).hasMessage("listen foo: unknown network foo");
    assertOpening(made, "listen", "foo", 0);
    AddressException unnamed = new AddressException("dial", "", "unknown network ");
    assertThat(unnamed).hasMessage("dial: unknown network ");
    assertOpening(unnamed, "dial", "", 0);
    AddressException parsed = new AddressException("address x: missing port in address");
    assertThat(parsed).hasMessage("address x: missing port in address");
    assertOpening(parsed, "", "", 0);
  }

  @Test
  void aNetThatCannotBeOpenedSaysSo() {
    PollerUnavailableException unavailable = new PollerUnavailableException("no poller");
    assertThat(unavailable).hasMessage("no poller");
    assertOpening(unavailable, "open", "", 0);
    assertThat(NetErrors.notOpened(unavailable)).isSameAs(unavailable);

    IOException refused = NetErrors.notOpened(new ErrnoException(24, null));
    assertThat(refused)
        .isInstanceOf(SocketException.class)
        .hasMessage("open: too many open files (EMFILE)");
    assertOpening(refused, "open", "", 24);

    IOException cause = new IOException("broken");
    assertThat(NetErrors.notOpened(cause)).hasMessage("open: broken").hasCause(cause);
    assertOpening(NetErrors.notOpened(cause), "open", "", 0);
    assertOpening(NetErrors.notOpened("not possible"), "open", "", 0);
  }

  private static void assertOpening(Exception made, String op, String network, int errno) {
    NetError error = (NetError) made;
    assertThat(error.op()).isEqualTo(op);
    assertThat(error.network()).isEqualTo(network);
    assertThat(error.local()).isNull();
    assertThat(error.remote()).isNull();
    assertThat(error.errno()).isEqualTo(errno);
    assertThat(error.errnoName()).isEqualTo(Errno.nameOf(errno));
    assertThat(error.transferredBytes()).isZero();
  }

  @Test
  void howFarAnOperationHadComeIsToldExactly() {
    long most = 3L << 30;
    for (IOException made :
        List.of(
            NetErrors.errno(ENDPOINT, "write", Errno.ECONNRESET.number(), null),
            NetErrors.closed(ENDPOINT, "write", true),
            NetErrors.timeout(ENDPOINT, "read"),
            NetErrors.interrupted(ENDPOINT, "write"))) {
      for (long moved : new long[] {7, most}) {
        assertThat(NetErrors.after(moved, made)).isSameAs(made);
        assertThat(((NetError) made).transferredBytes()).isEqualTo(moved);
        if (made instanceof InterruptedIOException ended) {
          assertThat(ended.bytesTransferred).isEqualTo((int) Math.min(moved, Integer.MAX_VALUE));
        }
      }
    }
    InterruptedIOException foreign = new InterruptedIOException("of somebody else's");
    NetErrors.after(most, foreign);
    assertThat(foreign.bytesTransferred).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void onlyTheAddressesThatAreKnownAreNamed() {
    Polled.Endpoint unix =
        new Polled.Endpoint(Network.UNIX, UnixDomainSocketAddress.of("/run/a.sock"), null);
    assertThat(NetErrors.timeout(unix, "accept"))
        .hasMessage("accept unix /run/a.sock: i/o timeout");
    Polled.Endpoint dialled = new Polled.Endpoint(Network.TCP4, null, CoreRig.address(3000));
    assertThat(NetErrors.errno(dialled, "dial", 111, null))
        .hasMessage("dial tcp4 127.0.0.1:3000: connection refused (ECONNREFUSED)");
    Polled.Endpoint unknown = new Polled.Endpoint(Network.TCP, null, null);
    assertThat(NetErrors.closed(unknown, "listen", false))
        .hasMessage("listen tcp: use of closed network connection");
  }

  @Test
  void everyErrorCanBeSerialised() throws Exception {
    IOException cause = new IOException("cause");
    for (Exception made :
        List.of(
            new AddressException("dial", "tcp", "missing address"),
            new PollerUnavailableException("no poller"),
            NetErrors.notOpened("not possible"),
            NetErrors.unsupported(ENDPOINT, "set", new UnsupportedOperationException("X")),
            NetErrors.errno(ENDPOINT, "listen", Errno.EADDRINUSE.number(), cause),
            NetErrors.errno(ENDPOINT, "dial", Errno.ECONNREFUSED.number(), null),
            NetErrors.errno(ENDPOINT, "dial", Errno.EHOSTUNREACH.number(), null),
            NetErrors.after(9, NetErrors.errno(ENDPOINT, "read", Errno.ECONNRESET.number(), null)),
            NetErrors.closed(ENDPOINT, "read", false),
            NetErrors.closed(ENDPOINT, "read", true),
            NetErrors.timeout(ENDPOINT, "read"),
            NetErrors.interrupted(ENDPOINT, "read"),
            NetErrors.loopEnded(ENDPOINT, "read", cause),
            NetErrors.unknownHost(ENDPOINT, "dial", "nowhere", cause))) {
      Exception copy = copyOf(made);
      assertThat(copy).hasSameClassAs(made).hasMessage(made.getMessage());
      assertThat(factsOf(copy)).isEqualTo(factsOf(made));
    }
  }

  @Test
  void theTypesAreThoseThatExistingCatchClausesName() {
    assertThat(NetErrors.errno(ENDPOINT, "listen", 98, null)).isInstanceOf(BindException.class);
    assertThat(NetErrors.errno(ENDPOINT, "dial", 111, null)).isInstanceOf(ConnectException.class);
    assertThat(NetErrors.errno(ENDPOINT, "dial", 113, null))
        .isInstanceOf(NoRouteToHostException.class);
  }

  private static void assertFacts(Exception made, String op, int errno, String errnoName) {
    assertThat(made).isInstanceOf(NetError.class);
    NetError error = (NetError) made;
    assertThat(error.op()).isEqualTo(op);
    assertThat(error.network()).isEqualTo("tcp");
    assertThat(error.local()).isEqualTo(ENDPOINT.local());
    assertThat(error.remote()).isEqualTo(ENDPOINT.remote());
    assertThat(error.errno()).isEqualTo(errno);
    assertThat(error.errnoName()).isEqualTo(errnoName);
    assertThat(error.transferredBytes()).isZero();
  }

  private static List<?> factsOf(Exception made) {
    NetError error = (NetError) made;
    return Arrays.asList(
        error.op(),
        error.network(),
        error.local(),
        error.remote(),
        error.errno(),
        error.transferredBytes());
  }

  private static Exception copyOf(Exception made) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(made);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (Exception) in.readObject();
    }
  }
}
