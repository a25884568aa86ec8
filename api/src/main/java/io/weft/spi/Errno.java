package io.weft.spi;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The kernel's error numbers that network operations meet, with their texts; Linux numbering. */
public enum Errno {
  /** Operation not permitted. */
  EPERM(1, "operation not permitted"),
  /** No such file or directory. */
  ENOENT(2, "no such file or directory"),
  /** Interrupted system call. */
  EINTR(4, "interrupted system call"),
  /** Input/output error; also stands for what has no number. */
  EIO(5, "input/output error"),
  /** No such device or address. */
  ENXIO(6, "no such device or address"),
  /** Bad file descriptor. */
  EBADF(9, "bad file descriptor"),
  /** Resource temporarily unavailable. */
  EAGAIN(11, "resource temporarily unavailable"),
  /** Cannot allocate memory. */
  ENOMEM(12, "cannot allocate memory"),
  /** Permission denied. */
  EACCES(13, "permission denied"),
  /** Bad address. */
  EFAULT(14, "bad address"),
  /** File exists. */
  EEXIST(17, "file exists"),
  /** No such device. */
  ENODEV(19, "no such device"),
  /** Not a directory. */
  ENOTDIR(20, "not a directory"),
  /** Is a directory. */
  EISDIR(21, "is a directory"),
  /** Invalid argument. */
  EINVAL(22, "invalid argument"),
  /** Too many open files in system. */
  ENFILE(23, "too many open files in system"),
  /** Too many open files. */
  EMFILE(24, "too many open files"),
  /** No space left on device. */
  ENOSPC(28, "no space left on device"),
  /** Read-only file system. */
  EROFS(30, "read-only file system"),
  /** Broken pipe. */
  EPIPE(32, "broken pipe"),
  /** File name too long. */
  ENAMETOOLONG(36, "file name too long"),
  /** Function not implemented. */
  ENOSYS(38, "function not implemented"),
  /** Too many levels of symbolic links. */
  ELOOP(40, "too many levels of symbolic links"),
  /** Protocol error. */
  EPROTO(71, "protocol error"),
  /** Socket operation on non-socket. */
  ENOTSOCK(88, "socket operation on non-socket"),
  /** Destination address required. */
  EDESTADDRREQ(89, "destination address required"),
  /** Message too long. */
  EMSGSIZE(90, "message too long"),
  /** Protocol wrong type for socket. */
  EPROTOTYPE(91, "protocol wrong type for socket"),
  /** Protocol not available. */
  ENOPROTOOPT(92, "protocol not available"),
  /** Protocol not supported. */
  EPROTONOSUPPORT(93, "protocol not supported"),
  /** Operation not supported. */
  EOPNOTSUPP(95, "operation not supported"),
  /** Address family not supported by protocol. */
  EAFNOSUPPORT(97, "address family not supported by protocol"),
  /** Address already in use. */
  EADDRINUSE(98, "address already in use"),
  /** Cannot assign requested address. */
  EADDRNOTAVAIL(99, "cannot assign requested address"),
  /** Network is down. */
  ENETDOWN(100, "network is down"),
  /** Network is unreachable. */
  ENETUNREACH(101, "network is unreachable"),
  /** Network dropped connection on reset. */
  ENETRESET(102, "network dropped connection on reset"),
  /** Software caused connection abort. */
  ECONNABORTED(103, "software caused connection abort"),
  /** Connection reset by peer. */
  ECONNRESET(104, "connection reset by peer"),
  /** No buffer space available. */
  ENOBUFS(105, "no buffer space available"),
  /** Transport endpoint is already connected. */
  EISCONN(106, "transport endpoint is already connected"),
  /** Transport endpoint is not connected. */
  ENOTCONN(107, "transport endpoint is not connected"),
  /** Cannot send after transport endpoint shutdown. */
  ESHUTDOWN(108, "cannot send after transport endpoint shutdown"),
  /** Connection timed out. */
  ETIMEDOUT(110, "connection timed out"),
  /** Connection refused. */
  ECONNREFUSED(111, "connection refused"),
  /** Host is down. */
  EHOSTDOWN(112, "host is down"),
  /** No route to host. */
  EHOSTUNREACH(113, "no route to host"),
  /** Operation already in progress. */
  EALREADY(114, "operation already in progress"),
  /** Operation now in progress. */
  EINPROGRESS(115, "operation now in progress"),
  /** Operation canceled. */
  ECANCELED(125, "operation canceled");

  private static final Map<Integer, Errno> BY_NUMBER =
      Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(Errno::number, each -> each));

  private final int number;
  private final String text;

  Errno(int number, String text) {
    this.number = number;
    this.text = text;
  }

  /**
   * The number.
   *
   * @return positive
   */
  public int number() {
    return number;
  }

  /**
   * The text.
   *
   * @return lower case, as strerror(3) but for that
   */
  public String text() {
    return text;
  }

  /**
   * Finds the constant of a number.
   *
   * @param number the error number
   * @return the constant, or null when it is none of these
   */
  public static @Nullable Errno of(int number) {
    return BY_NUMBER.get(number);
  }

  /**
   * The name of a number.
   *
   * @param number the error number; 0 for none
   * @return for example {@code ECONNRESET}; {@code errno 77} when unknown; empty for 0
   */
  public static String nameOf(int number) {
    if (number == 0) {
      return "";
    }
    Errno errno = of(number);
    return errno == null ? "errno " + number : errno.name();
  }

  /**
   * Text and name of a number.
   *
   * @param number the error number
   * @return for example {@code connection reset by peer (ECONNRESET)}
   */
  public static String describe(int number) {
    Errno errno = of(number);
    return errno == null
        ? "unknown error (errno " + number + ")"
        : errno.text + " (" + errno.name() + ")";
  }
}
