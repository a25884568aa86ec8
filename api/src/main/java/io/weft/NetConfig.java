package io.weft;

import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * How a {@link Net} is made: which poller, how many loops, what carries the virtual threads.
 *
 * <p>Immutable. Start from {@link #DEFAULT} and change what differs: {@code
 * NetConfig.DEFAULT.withPoller("nio").withLoops(2)}.
 *
 * @param poller which poller to take
 * @param loops how many loops, and what carries the virtual threads
 * @param bufferBytes size of the buffers through which heap memory goes to the kernel
 * @param onError hears what handlers throw
 * @param observer hears what happens; {@link NetObserver#NONE} for nobody
 */
public record NetConfig(
    PollerChoice poller,
    Loops loops,
    int bufferBytes,
    ErrorListener onError,
    NetObserver observer) {
  /** The name that stands for "the best poller of this machine". */
  public static final String AUTO = "auto";

  /** Best poller, automatic loops and scheduling, errors to {@link System.Logger}, no observer. */
  public static final NetConfig DEFAULT =
      new NetConfig(
          new PollerChoice(AUTO, Set.of()),
          new Loops(0, Scheduling.AUTO),
          64 * 1024,
          ErrorListener.LOGGING,
          NetObserver.NONE);

  /** Checks the values. */
  public NetConfig {
    Objects.requireNonNull(poller, "poller");
    Objects.requireNonNull(loops, "loops");
    Objects.requireNonNull(onError, "onError");
    Objects.requireNonNull(observer, "observer");
    if (bufferBytes < 1024) {
      throw new IllegalArgumentException("bufferBytes must be at least 1024: " + bufferBytes);
    }
  }

  /**
   * Which poller to take.
   *
   * @param name a poller's name, or {@link NetConfig#AUTO}
   * @param denied names of pollers that must not be taken
   */
  public record PollerChoice(String name, Set<String> denied) {
    /** Copies the set. */
    public PollerChoice {
      Objects.requireNonNull(name, "name");
      denied = Set.copyOf(denied);
    }
  }

  /**
   * How many loops, and what carries the virtual threads.
   *
   * @param count number of loops; 0 takes one per CPU when they carry the virtual threads, one per
   *     four CPUs when they only wait
   * @param scheduling what carries the virtual threads
   */
  public record Loops(int count, Scheduling scheduling) {
    /** The most loops that one net may have. */
    public static final int COUNT_MAX = 1024;

    /** Checks the values. */
    public Loops {
      Objects.requireNonNull(scheduling, "scheduling");
      if (count < 0 || count > COUNT_MAX) {
        throw new IllegalArgumentException(
            "loops must be between 0 (automatic) and " + COUNT_MAX + ": " + count);
      }
    }
  }

  /**
   * Returns a copy with another poller.
   *
   * @param name nio, epoll, io_uring or {@link #AUTO}
   * @return the copy
   */
  public NetConfig withPoller(String name) {
    return withPoller(new PollerChoice(name, poller.denied()));
  }

  /**
   * Returns a copy that never takes these pollers.
   *
   * @param names the pollers' names
   * @return the copy
   */
  public NetConfig withDenied(String... names) {
    return withPoller(new PollerChoice(poller.name(), Set.copyOf(List.of(names))));
  }

  /**
   * Returns a copy with another number of loops.
   *
   * @param count the number; 0 for automatic
   * @return the copy
   */
  public NetConfig withLoops(int count) {
    return withLoops(new Loops(count, loops.scheduling()));
  }

  /**
   * Returns a copy with another scheduling.
   *
   * @param scheduling the new value
   * @return the copy
   */
  public NetConfig withScheduling(Scheduling scheduling) {
    return withLoops(new Loops(loops.count(), scheduling));
  }

  /**
   * Returns a copy with another buffer size.
   *
   * @param bytes at least 1024
   * @return the copy
   */
  public NetConfig withBufferBytes(int bytes) {
    return new NetConfig(poller, loops, bytes, onError, observer);
  }

  /**
   * Returns a copy with another listener for what handlers throw.
   *
   * @param listener the new value
   * @return the copy
   */
  public NetConfig withOnError(ErrorListener listener) {
    return new NetConfig(poller, loops, bufferBytes, listener, observer);
  }

  /**
   * Returns a copy with another observer.
   *
   * @param hearer the new value; {@link NetObserver#NONE} for nobody
   * @return the copy
   */
  public NetConfig withObserver(NetObserver hearer) {
    return new NetConfig(poller, loops, bufferBytes, onError, hearer);
  }

  private NetConfig withPoller(PollerChoice choice) {
    return new NetConfig(choice, loops, bufferBytes, onError, observer);
  }

  private NetConfig withLoops(Loops changed) {
    return new NetConfig(poller, changed, bufferBytes, onError, observer);
  }
}
