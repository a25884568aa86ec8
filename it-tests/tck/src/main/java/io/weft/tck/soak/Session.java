package io.weft.tck.soak;

import io.weft.Conn;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;

/** A client's conversation, and all that belongs to it. */
final class Session {
  /** What the server does. */
  enum Kind {
    /** Both sides send at the same time. */
    DUPLEX,
    /** Moves what comes back to where it came from. */
    ECHO,
    /** Moves what comes to another connection. */
    RELAY
  }

  /** One connection of it, from the dial on. */
  static final class Leg {
    private final Door door;
    private final boolean onward;
    private volatile boolean settled;

    private Leg(Door door, boolean onward) {
      this.door = door;
      this.onward = onward;
    }

    Door door() {
      return door;
    }

    /** Whether the server has dialled it, to relay to. */
    boolean isOnward() {
      return onward;
    }

    /** The server has accepted it, or it was given up. */
    void settle() {
      settled = true;
    }

    private boolean mayBeLost() {
      return !settled && door.isClosing();
    }
  }

  private final int number;
  private final Kind kind;
  private final boolean doomed;
  private final long seed;
  private final Stream forth;
  private final Stream back;
  private final List<Leg> legs = new CopyOnWriteArrayList<>();
  private final List<Conn> conns = new CopyOnWriteArrayList<>();
  private final List<Thread> workers = new CopyOnWriteArrayList<>();
  private volatile boolean disturbed;

  Session(int number, long seed) {
    this.number = number;
    this.seed = seed;
    Random random = random(0);
    kind = Kind.values()[random.nextInt(Kind.values().length)];
    doomed = random.nextInt(4) == 0;
    forth = new Stream(random.nextInt(Integer.MAX_VALUE));
    back = kind == Kind.ECHO ? forth : new Stream(random.nextInt(Integer.MAX_VALUE));
  }

  int number() {
    return number;
  }

  Kind kind() {
    return kind;
  }

  /** What the client sends. */
  Stream forth() {
    return forth;
  }

  /** What the client receives. */
  Stream back() {
    return back;
  }

  /** Random numbers for one of its parts. */
  Random random(int part) {
    return new Random(seed * 31 + number * 1009L + part);
  }

  /** Whether its connections may be closed and reset at any time. */
  boolean isDoomed() {
    return doomed;
  }

  /** From now on its connections may end in any way. */
  void disturb() {
    disturbed = true;
  }

  boolean isDisturbed() {
    return disturbed || legs.stream().anyMatch(Leg::mayBeLost);
  }

  Leg leg(Door door, boolean onward) {
    Leg leg = new Leg(door, onward);
    legs.add(leg);
    return leg;
  }

  Leg leg(int index) {
    return legs.get(index);
  }

  int indexOf(Leg leg) {
    return legs.indexOf(leg);
  }

  void add(Conn conn) {
    conns.add(conn);
  }

  void add(Thread worker) {
    workers.add(worker);
  }

  List<Conn> conns() {
    return conns;
  }

  List<Thread> workers() {
    return workers;
  }

  @Override
  public String toString() {
    return kind + " " + number + ", there: " + forth + ", back: " + back;
  }
}
