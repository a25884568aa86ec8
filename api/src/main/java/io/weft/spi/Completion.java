package io.weft.spi;

/**
 * Who hears the end of an operation that an adapter could not finish at once.
 *
 * <p>An operation returns its result, or {@link #PENDING}; exactly one {@link #complete} follows a
 * PENDING, whatever happens (cancel, reset, end of the poller), and none follows a result. A result
 * is zero or more, or a negated errno, or {@link #AGAIN}.
 */
@FunctionalInterface
public interface Completion {
  /** Returned by an operation whose result comes later. */
  int PENDING = Integer.MIN_VALUE;

  /**
   * The operation can go on: start it again with the same arguments. Adapters that learn of
   * readiness, or that received bytes into memory of their own, complete with this, so that the
   * result is produced on the thread that wants it.
   */
  int AGAIN = Integer.MIN_VALUE + 1;

  /** The result of an operation that {@code cancel} ended: a negated ECANCELED. */
  int CANCELED = -125;

  /**
   * Delivers the result. Called on the thread that drives the poller, or inside a call to {@code
   * cancel} or {@code shutdown} on the caller's thread; must only record the result and make a
   * thread runnable.
   *
   * @param result zero or more, a negated errno, {@link #AGAIN} or {@link #CANCELED}
   */
  void complete(int result);

  /**
   * Tells that a write has found no room and waits until the peer takes something; PENDING alone
   * does not say so where all operations are pending. Called before the completion, inside the call
   * that starts the write or on the thread that drives the poller, once or more for a write; must
   * only record that and make a thread runnable.
   */
  default void full() {}
}
