package io.weft.spi;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A refusal by the kernel, on its way from an adapter to the core, which gives it its context. */
public final class ErrnoException extends IOException {
  private static final long serialVersionUID = 1L;

  /** The positive error number. */
  private final int errno;

  /**
   * Creates the exception.
   *
   * @param errno the positive error number
   * @param cause what the adapter met, where it met an exception
   */
  public ErrnoException(int errno, @Nullable Throwable cause) {
    super(Errno.describe(errno), cause);
    this.errno = errno;
  }

  /**
   * Insists on the value of a system call.
   *
   * @param result a value, or a negated errno
   * @return the value
   * @throws ErrnoException it was an errno
   */
  public static long check(long result) throws ErrnoException {
    if (result < 0) {
      throw new ErrnoException((int) -result, null);
    }
    return result;
  }

  /**
   * The error number.
   *
   * @return positive
   */
  public int errno() {
    return errno;
  }
}
