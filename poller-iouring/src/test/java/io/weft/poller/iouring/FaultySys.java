package io.weft.poller.iouring;

import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * The real system calls, but for those that a test puts in. Counts the descriptors that are open.
 */
final class FaultySys extends Sys {
  /** A system call in the place of a real one, which it makes or not. */
  @FunctionalInterface
  interface Fault {
    long call(LongSupplier real, long... args);
  }

  private static final Set<Call> OPENING = Set.of(Call.SOCKET, Call.EVENTFD2, Call.IO_URING_SETUP);

  final AtomicInteger open = new AtomicInteger();
  private final Map<Call, Fault> faults = new ConcurrentHashMap<>();

  FaultySys with(Call call, Fault fault) {
    faults.put(call, fault);
    return this;
  }

  FaultySys failing(Call call, int errno) {
    return with(call, (real, args) -> -errno);
  }

  @Override
  long callInto(Call call, MemorySegment errno, long... args) {
    LongSupplier real = () -> super.callInto(call, errno, args);
    Fault fault = faults.get(call);
    long value = fault == null ? real.getAsLong() : fault.call(real, args);
    if (OPENING.contains(call) && value >= 0) {
      open.incrementAndGet();
    } else if (call == Call.SOCKETPAIR && value == 0) {
      open.addAndGet(2);
    } else if (call == Call.CLOSE) {
      open.decrementAndGet();
    }
    return value;
  }

  /** Memory that a call was given. */
  static MemorySegment memory(long address, long bytes) {
    return MemorySegment.ofAddress(address).reinterpret(bytes);
  }
}
