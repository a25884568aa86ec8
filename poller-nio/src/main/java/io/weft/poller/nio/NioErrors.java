package io.weft.poller.nio;

import io.weft.spi.Errno;
import io.weft.spi.ErrnoException;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.NotYetBoundException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Maps what the JDK throws back to the error number that it came from.
 *
 * <p>The JDK drops the number but keeps strerror's text as the message, so the text decides; the
 * class does where the text is unknown, in another language for example.
 */
final class NioErrors {
  private static final Map<String, Errno> BY_TEXT = byText();

  private NioErrors() {}

  /**
   * The result of an operation that failed.
   *
   * @param e what the JDK threw
   * @return a negated error number
   * @throws RuntimeException {@code e} itself, when it tells of a mistake and not of a socket
   */
  static int result(Exception e) {
    return -errno(e).number();
  }

  /**
   * The exception of a call that failed.
   *
   * @param e what the JDK threw, kept as the cause
   * @return the exception to throw
   * @throws RuntimeException {@code e} itself, when it tells of a mistake and not of a socket
   */
  static ErrnoException exception(Exception e) {
    return new ErrnoException(errno(e).number(), e);
  }

  private static Errno errno(Exception e) {
    return switch (e) {
      case ClosedChannelException closed -> Errno.EBADF;
      case CancelledKeyException closed -> Errno.EBADF;
      case ClosedSelectorException closed -> Errno.ECANCELED;
      case NotYetConnectedException early -> Errno.ENOTCONN;
      case AlreadyConnectedException late -> Errno.EISCONN;
      case ConnectionPendingException late -> Errno.EALREADY;
      case NotYetBoundException early -> Errno.EINVAL;
      case AlreadyBoundException late -> Errno.EINVAL;
      case UnresolvedAddressException address -> Errno.EINVAL;
      case UnsupportedAddressTypeException address -> Errno.EAFNOSUPPORT;
      case RuntimeException mistake -> throw mistake;
      case IOException refused -> ofText(refused);
      default -> Errno.EIO;
    };
  }

  private static Errno ofText(IOException e) {
    String message = e.getMessage();
    if (message != null) {
      Errno whole = find(message);
      if (whole != null) {
        return whole;
      }
      // "Connection refused: host/10.0.0.1:80" with jdk.includeInExceptions, or the other way round
      int colon = message.indexOf(": ");
      Errno part = colon < 0 ? null : find(message.substring(0, colon));
      if (part == null && colon >= 0) {
        part = find(message.substring(message.lastIndexOf(": ") + 2));
      }
      if (part != null) {
        return part;
      }
    }
    return switch (e) {
      case BindException bind -> Errno.EADDRINUSE;
      case ConnectException connect -> Errno.ECONNREFUSED;
      case NoRouteToHostException route -> Errno.EHOSTUNREACH;
      case SocketTimeoutException timeout -> Errno.ETIMEDOUT;
      default -> Errno.EIO;
    };
  }

  private static @Nullable Errno find(String text) {
    return BY_TEXT.get(text.toLowerCase(Locale.ROOT));
  }

  private static Map<String, Errno> byText() {
    Map<String, Errno> texts = new HashMap<>();
    // the JDK's own
    texts.put("connection reset", Errno.ECONNRESET);
    texts.put("unix domain path too long", Errno.EINVAL);
    // musl's, where they differ
    texts.put("address in use", Errno.EADDRINUSE);
    texts.put("address not available", Errno.EADDRNOTAVAIL);
    texts.put("connection aborted", Errno.ECONNABORTED);
    texts.put("filename too long", Errno.ENAMETOOLONG);
    texts.put("host is unreachable", Errno.EHOSTUNREACH);
    texts.put("i/o error", Errno.EIO);
    texts.put("message too large", Errno.EMSGSIZE);
    texts.put("network unreachable", Errno.ENETUNREACH);
    texts.put("no file descriptors available", Errno.EMFILE);
    texts.put("not supported", Errno.EOPNOTSUPP);
    texts.put("operation timed out", Errno.ETIMEDOUT);
    texts.put("out of memory", Errno.ENOMEM);
    texts.put("socket is connected", Errno.EISCONN);
    texts.put("socket not connected", Errno.ENOTCONN);
    // macOS's
    texts.put("can't assign requested address", Errno.EADDRNOTAVAIL);
    texts.put("socket is already connected", Errno.EISCONN);
    texts.put("socket is not connected", Errno.ENOTCONN);
    for (Errno errno : Errno.values()) {
      texts.put(errno.text(), errno);
    }
    return Map.copyOf(texts);
  }
}
