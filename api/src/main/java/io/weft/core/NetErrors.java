package io.weft.core;

import io.weft.NetError;
import io.weft.core.Polled.Endpoint;
import io.weft.spi.Errno;
import io.weft.spi.ErrnoException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/**
 * Every exception of a network operation is made here: the JDK's type for the event, Go's message,
 * and the facts of {@link NetError}.
 */
final class NetErrors {
  private static final String CLOSED = "use of closed network connection";
  private static final String TIMEOUT = "i/o timeout";
  private static final String INTERRUPTED = "interrupted";

  private NetErrors() {}

  /** The exception of an errno. */
  static IOException errno(Endpoint endpoint, String op, int errno, @Nullable Throwable cause) {
    return errno(ErrorFacts.of(endpoint, op, errno), cause);
  }

  private static IOException errno(ErrorFacts facts, @Nullable Throwable cause) {
    String message = facts.message(Errno.describe(facts.errno()));
    IOException made = ofType(facts, Errno.of(facts.errno()), message);
    if (cause != null) {
      made.initCause(cause);
    }
    return made;
  }

  private static IOException ofType(ErrorFacts facts, @Nullable Errno errno, String message) {
    if (errno == null) {
      return new ErrorTypes.Other(message, facts);
    }
    return switch (errno) {
      case EADDRINUSE, EADDRNOTAVAIL -> new ErrorTypes.Bind(message, facts);
      case EACCES, EPERM ->
          facts.op().equals("listen")
              ? new ErrorTypes.Bind(message, facts)
              : new ErrorTypes.Other(message, facts);
      case ECONNREFUSED -> new ErrorTypes.Refused(message, facts);
      case ENETUNREACH, EHOSTUNREACH -> new ErrorTypes.NoRoute(message, facts);
      case ETIMEDOUT -> new ErrorTypes.Timeout(message, facts);
      case EAGAIN ->
          facts.op().equals("dial")
              ? new ErrorTypes.Timeout(message, facts)
              : new ErrorTypes.Other(message, facts);
      default -> new ErrorTypes.Other(message, facts);
    };
  }

  /** What the setup of a socket threw, before it was bound or connected. */
  static IOException unprepared(Endpoint endpoint, String op, IOException cause) {
    int errno = cause instanceof NetError known ? known.errno() : 0;
    ErrorFacts facts = ErrorFacts.of(endpoint, op, errno);
    String problem = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    IOException made = new ErrorTypes.Other(facts.message(problem), facts);
    made.initCause(cause);
    return made;
  }

  /** This end was closed, before or during the operation. */
  static ClosedChannelException closed(Endpoint endpoint, String op, boolean during) {
    return closed(ErrorFacts.of(endpoint, op, 0), during);
  }

  /** The net was closed, before or during an operation that has no addresses. */
  static ClosedChannelException closed(String op, boolean during) {
    return closed(ErrorFacts.of(op, 0), during);
  }

  private static ClosedChannelException closed(ErrorFacts facts, boolean during) {
    String message = facts.message(CLOSED);
    return during
        ? new ErrorTypes.ClosedDuring(message, facts)
        : new ErrorTypes.Closed(message, facts);
  }

  /** The loop has ended, because its net was closed or because it died. */
  static IOException loopEnded(Endpoint endpoint, String op, @Nullable Throwable failure) {
    if (failure == null) {
      return closed(endpoint, op, true);
    }
    ErrorFacts facts = ErrorFacts.of(endpoint, op, 0);
    IOException made =
        new ErrorTypes.Other(facts.message("the event loop died: " + failure), facts);
    made.initCause(failure);
    return made;
  }

  /** A deadline has passed. */
  static SocketTimeoutException timeout(Endpoint endpoint, String op) {
    ErrorFacts facts = ErrorFacts.of(endpoint, op, 0);
    return new ErrorTypes.Timeout(facts.message(TIMEOUT), facts);
  }

  /** The calling thread was interrupted. */
  static InterruptedIOException interrupted(Endpoint endpoint, String op) {
    ErrorFacts facts = ErrorFacts.of(endpoint, op, 0);
    return new ErrorTypes.Interrupted(facts.message(INTERRUPTED), facts);
  }

  /** A host name that nobody knows. */
  static UnknownHostException unknownHost(
      Endpoint endpoint, String op, String host, @Nullable Throwable cause) {
    ErrorFacts facts = ErrorFacts.of(endpoint, op, 0);
    ErrorTypes.Unknown made =
        new ErrorTypes.Unknown(facts.message("lookup " + host + ": no such host"), facts);
    made.initCause(cause);
    return made;
  }

  /** A look-up that could not be made. */
  static IOException lookup(Endpoint endpoint, String op, String what, @Nullable Throwable cause) {
    ErrorFacts facts = ErrorFacts.of(endpoint, op, 0);
    String message =
        facts.message("lookup " + what + ": " + (cause == null ? "failed" : cause.getMessage()));
    IOException made = new ErrorTypes.Other(message, facts);
    made.initCause(cause);
    return made;
  }

  /** What only other adapters can do; the text names it and them. */
  static UnsupportedOperationException unsupported(
      Endpoint endpoint, String op, UnsupportedOperationException cause) {
    if (cause instanceof NetError) {
      return cause;
    }
    ErrorFacts facts = ErrorFacts.of(endpoint, op, 0);
    String what = cause.getMessage() == null ? "not supported" : cause.getMessage();
    UnsupportedOperationException made = new ErrorTypes.Unsupported(facts.message(what), facts);
    made.initCause(cause);
    return made;
  }

  /** Notes how far an operation had come that failed so; returns the failure. */
  static IOException after(long transferredBytes, IOException failure) {
    if (failure instanceof InterruptedIOException ended) {
      ended.bytesTransferred = (int) Math.min(transferredBytes, Integer.MAX_VALUE);
    }
    if (failure instanceof ErrorFacts.Holder made) {
      made.facts().transferred().set(transferredBytes);
    }
    return failure;
  }

  /** Throws again what an operation met on another thread; nothing when that was nothing. */
  static void rethrow(@Nullable Throwable met) throws IOException {
    switch (met) {
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case null, default -> {}
    }
  }

  /** A net that cannot be opened as it was configured. */
  static IOException notOpened(String problem) {
    ErrorFacts facts = ErrorFacts.of("open", 0);
    return new ErrorTypes.NotOpened(facts.message(problem), facts);
  }

  /** A net whose poller could not be opened. */
  static IOException notOpened(IOException cause) {
    if (cause instanceof NetError) {
      return cause;
    }
    if (cause instanceof ErrnoException refused) {
      return errno(ErrorFacts.of("open", refused.errno()), refused.getCause());
    }
    IOException made = notOpened(String.valueOf(cause.getMessage()));
    made.initCause(cause);
    return made;
  }
}
