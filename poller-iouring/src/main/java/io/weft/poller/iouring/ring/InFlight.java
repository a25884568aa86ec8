package io.weft.poller.iouring.ring;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a socket, or the wake-up, has in the kernel: at most one operation of each kind.
 *
 * <p>The kernel knows an operation by its kind, its owner's place in the ring's table and, between
 * them, a number that no other owner of the place has had: never by an address.
 */
public abstract class InFlight {
  /**
   * The kinds of operations: a receive or an accept, a connect, a send, a wait for its space, a
   * wait for the connection's failure.
   */
  public static final int RECEIVE = 0;

  public static final int CONNECT = 1;
  public static final int SEND = 2;
  public static final int SPACE = 3;
  public static final int FAILURE = 4;
  public static final int KINDS = 5;

  /** Of the kind of what asks for the end of an operation. */
  public static final int CANCEL = 1 << 7;

  /** Identifies what nobody waits for. */
  public static final long NOBODY = (long) CANCEL << 56;

  private static final int NUMBER_MASK = 0xffffff;
  private static final long KEY_MASK = (1L << 56) - 1;

  private long key;
  private byte started;
  private byte canceled;

  /** A value or a negated errno, and IORING_CQE_F bits. */
  public abstract void completed(int kind, int result, int flags);

  public final boolean has(int kind) {
    return (started & 1 << kind) != 0;
  }

  public final boolean hasAny() {
    return started != 0;
  }

  public final boolean hasAnyBut(int kind) {
    return (started & ~(1 << kind)) != 0;
  }

  /** Whether the end of the last operation was asked for. */
  public final boolean isCanceled(int kind) {
    return (canceled & 1 << kind) != 0;
  }

  /** Notes that the end of an operation is asked for; whether it is in flight, and was not yet. */
  public final boolean markCanceled(int kind) {
    boolean first = has(kind) && !isCanceled(kind);
    canceled |= (byte) (1 << kind);
    return first;
  }

  public final long userData(int kind) {
    return key | (long) kind << 56;
  }

  /** The owners of one ring. */
  public static final class Table {
    private @Nullable InFlight[] places = new @Nullable InFlight[64];
    private int[] free = new int[64];
    private int freeCount;
    private int used;
    private int number;
    private int inFlight;

    /** Begins an operation; returns what the kernel is to know it by. */
    public long begin(InFlight owner, int kind) {
      assert !owner.has(kind) : "one operation at a time";
      if (owner.key == 0) {
        add(owner);
      }
      owner.started |= (byte) (1 << kind);
      owner.canceled &= (byte) ~(1 << kind);
      inFlight++;
      return owner.userData(kind);
    }

    private void add(InFlight owner) {
      int place = freeCount > 0 ? free[--freeCount] : used++;
      if (place == places.length) {
        places = Arrays.copyOf(places, 2 * place);
        free = new int[2 * place];
      }
      places[place] = owner;
      // zero stands for an owner without a place
      number = (number & NUMBER_MASK) == NUMBER_MASK ? 1 : number + 1;
      owner.key = (long) number << 32 | place;
    }

    /** The owner of what a completion names; null when it is gone, or there was none. */
    public @Nullable InFlight find(long userData) {
      InFlight owner = places[(int) userData];
      return owner != null && owner.key == (userData & KEY_MASK) ? owner : null;
    }

    public void end(InFlight owner, int kind) {
      assert owner.has(kind) : "a completion of what has ended";
      owner.started &= (byte) ~(1 << kind);
      inFlight--;
    }

    public void remove(InFlight owner) {
      assert owner.started == 0 : "a place is free only after the terminal completion";
      if (owner.key != 0) {
        places[(int) owner.key] = null;
        free[freeCount++] = (int) owner.key;
        owner.key = 0;
      }
    }

    public int inFlight() {
      return inFlight;
    }

    public List<InFlight> all() {
      List<InFlight> all = new ArrayList<>();
      for (InFlight owner : places) {
        if (owner != null) {
          all.add(owner);
        }
      }
      return all;
    }
  }
}
