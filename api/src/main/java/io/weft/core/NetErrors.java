package io.weft.core;

import io.weft.NetError;
import io.weft.core.Polled.Endpoint;
import io.weft.spi.Errno;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.Serializable;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.AsynchronousCloseException;
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
    Facts facts = new Facts(endpoint, op, errno);
    String message = facts.message(Errno.describe(errno));
    IOException made = ofType(facts, Errno.of(errno), message);
    if (cause != null) {
      made.initCause(cause);
    }
    return made;
  }

  private static IOException ofType(Facts facts, @Nullable Errno errno, String message) {
    if (errno == null) {
      return new Other(message, facts);
    }
    return switch (errno) {
      case EADDRINUSE, EADDRNOTAVAIL -> new Bind(message, facts);
      case EACCES, EPERM ->
          facts.op().equals("listen") ? new Bind(message, facts) : new Other(message, facts);
      case ECONNREFUSED -> new Refused(message, facts);
      case ENETUNREACH, EHOSTUNREACH -> new NoRoute(message, facts);
      case ETIMEDOUT -> new Timeout(message, facts);
      case EAGAIN ->
          facts.op().equals("dial") ? new Timeout(message, facts) : new Other(message, facts);
      default -> new Other(message, facts);
    };
  }

  /** This end was closed, before or during the operation. */
  static ClosedChannelException closed(Endpoint endpoint, String op, boolean during) {
    Facts facts = new Facts(endpoint, op, 0);
    String message = facts.message(CLOSED);
    return during ? new ClosedDuring(message, facts) : new Closed(message, facts);
  }

  /** The loop has ended, because its net was closed or because it died. */
  static IOException loopEnded(Endpoint endpoint, String op, @Nullable Throwable failure) {
    if (failure == null) {
      return closed(endpoint, op, true);
    }
    Facts facts = new Facts(endpoint, op, 0);
    IOException made = new Other(facts.message("the event loop died: " + failure), facts);
    made.initCause(failure);
    return made;
  }

  /** A deadline has passed. */
  static SocketTimeoutException timeout(Endpoint endpoint, String op) {
    Facts facts = new Facts(endpoint, op, 0);
    return new Timeout(facts.message(TIMEOUT), facts);
  }

  /** The calling thread was interrupted. */
  static InterruptedIOException interrupted(Endpoint endpoint, String op) {
    Facts facts = new Facts(endpoint, op, 0);
    return new Interrupted(facts.message(INTERRUPTED), facts);
  }

  /** A host name that nobody knows. */
  static UnknownHostException unknownHost(
      Endpoint endpoint, String op, String host, @Nullable Throwable cause) {
    Facts facts = new Facts(endpoint, op, 0);
    Unknown made = new Unknown(facts.message("lookup " + host + ": no such host"), facts);
    made.initCause(cause);
    return made;
  }

  private record Facts(Endpoint endpoint, String op, int errno) implements Serializable {
    String message(String problem) {
      return op + " " + endpoint.describe() + ": " + problem;
    }
  }

  /** Answers {@link NetError} from the facts. */
  private interface Factual extends NetError {
    Facts facts();

    @Override
    default String op() {
      return facts().op();
    }

    @Override
    default String network() {
      return facts().endpoint().network().toString();
    }

    @Override
    default @Nullable SocketAddress local() {
      return facts().endpoint().local();
    }

    @Override
    default @Nullable SocketAddress remote() {
      return facts().endpoint().remote();
    }

    @Override
    default int errno() {
      return facts().errno();
    }

    @Override
    default String errnoName() {
      return Errno.nameOf(facts().errno());
    }
  }

  private static final class Bind extends BindException implements Factual {
    private static final long serialVersionUID = 1L;
    private final Facts facts;

    Bind(String message, Facts facts) {
      super(message);
      this.facts = facts;
    }

    @Override
    public Facts facts() {
      return facts;
    }
  }

  private static final class Refused extends ConnectException implements Factual {
    private static final long serialVersionUID = 1L;
    private final Facts facts;

    Refused(String message, Facts facts) {
      super(message);
      this.facts = facts;
    }

    @Override
    public Facts facts() {
      return facts;
    }
  }

  private static final class Unknown extends UnknownHostException implements Factual {
    private static final long serialVersionUID = 1L;
    private final Facts facts;

    Unknown(String message, Facts facts) {
      super(message);
      this.facts = facts;
    }

    @Override
    public Facts facts() {
      return facts;
    }
  }

  private static final class NoRoute extends NoRouteToHostException implements Factual {
    private static final long serialVersionUID = 1L;
    private final Facts facts;

    NoRoute(String message, Facts facts) {
      super(message);
      this.facts = facts;
    }

    @Override
    public Facts facts() {
      return facts;
    }
  }

  private static final class Timeout extends SocketTimeoutException implements Factual {
    private static final long serialVersionUID = 1L;
    private final Facts facts;

    Timeout(String message, Facts facts) {
      super(message);
      this.facts = facts;
    }

    @Override
    public Facts facts() {
      return facts;
    }
  }

  private static final class Interrupted extends InterruptedIOException implements Factual {
    private static final long serialVersionUID = 1L;
    private final Facts facts;

    Interrupted(String message, Facts facts) {
      super(message);
      this.facts = facts;
    }

    @Override
    public Facts facts() {
      return facts;
    }
  }

  private static final class Other extends SocketException implements Factual {
    private static final long serialVersionUID = 1L;
    private final Facts facts;

    Other(String message, Facts facts) {
      super(message);
      this.facts = facts;
    }

    @Override
    public Facts facts() {
      return facts;
    }
  }

  private static final class Closed extends ClosedChannelException implements Factual {
    private static final long serialVersionUID = 1L;
    private final String message;
    private final Facts facts;

    Closed(String message, Facts facts) {
      this.message = message;
      this.facts = facts;
    }

    @Override
    public String getMessage() {
      return message;
    }

    @Override
    public Facts facts() {
      return facts;
    }
  }

  private static final class ClosedDuring extends AsynchronousCloseException implements Factual {
    private static final long serialVersionUID = 1L;
    private final String message;
    private final Facts facts;

    ClosedDuring(String message, Facts facts) {
      this.message = message;
      this.facts = facts;
    }

    @Override
    public String getMessage() {
      return message;
    }

    @Override
    public Facts facts() {
      return facts;
    }
  }
}
