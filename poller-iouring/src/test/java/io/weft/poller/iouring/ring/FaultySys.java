package io.weft.poller.iouring.ring;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.weft.poller.iouring.ring.sys.Sys;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** The real system calls, but for those that a test puts in; counts them all. */
public final class FaultySys extends Sys {
  /** A system call in the place of a real one, which it makes or not. */
  @FunctionalInterface
  public interface Fault {
    long call(LongSupplier real, long... args);
  }

  private final Map<Call, Fault> faults = new ConcurrentHashMap<>();
  private final Map<Call, Integer> calls = new ConcurrentHashMap<>();

  public FaultySys with(Call call, Fault fault) {
    faults.put(call, fault);
    return this;
  }

  public int calls(Call call) {
    return calls.getOrDefault(call, 0);
  }

  @Override
  public long make(Call call, MemorySegment frame) {
    calls.merge(call, 1, Integer::sum);
    Fault fault = faults.get(call);
    LongSupplier real = () -> super.make(call, frame);
    return fault == null
        ? real.getAsLong()
        : fault.call(real, frame.asSlice(Long.BYTES).toArray(JAVA_LONG));
  }

  /** Memory that a call was given the address of. */
  public static MemorySegment at(long address, long bytes) {
    return MemorySegment.ofAddress(address).reinterpret(bytes);
  }
}
