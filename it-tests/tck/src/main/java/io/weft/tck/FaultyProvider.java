package io.weft.tck;

import io.weft.Network;
import io.weft.PollerReport;
import io.weft.spi.Capability;
import io.weft.spi.ErrnoException;
import io.weft.spi.Handle;
import io.weft.spi.ListenHandle;
import io.weft.spi.Pipe;
import io.weft.spi.Poller;
import io.weft.spi.PollerProvider;
import io.weft.spi.StreamHandle;
import io.weft.tck.FaultPlan.Call;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The adapter under test, with answers of the kernel that a case orders in advance.
 *
 * @param real the adapter
 * @param plan what the case orders
 */
record FaultyProvider(PollerProvider real, FaultPlan plan) implements PollerProvider {
  private static final long SPURIOUS_WAIT_NANOS = 1_000_000;

  @Override
  public String name() {
    return real.name();
  }

  @Override
  public PollerReport report() {
    return real.report();
  }

  @Override
  public Set<Capability> lacks() {
    return real.lacks();
  }

  @Override
  public Poller open() throws IOException {
    FaultyPoller poller = new FaultyPoller(real.open(), plan);
    plan.join(poller);
    return poller;
  }

  private static final class FaultyPoller implements Poller {
    private final Poller poller;
    private final FaultPlan plan;
    private final Set<FaultyOperation.Disturbed> disturbable = ConcurrentHashMap.newKeySet();

    FaultyPoller(Poller poller, FaultPlan plan) {
      this.poller = poller;
      this.plan = plan;
    }

    @Override
    public boolean anyThread() {
      return poller.anyThread();
    }

    @Override
    public Map<String, Long> shortages() {
      return poller.shortages();
    }

    @Override
    public StreamHandle stream(Network network) throws IOException {
      ErrnoException.check(plan.error(Call.DIALLING_SOCKET));
      return faulty(poller.stream(network));
    }

    @Override
    public ListenHandle listener(Network network) throws IOException {
      ErrnoException.check(plan.error(Call.LISTENING_SOCKET));
      ListenHandle handle = poller.listener(network);
      return new FaultyListenHandle(
          handle, faults(handle), (own, owner) -> accepted(own, (FaultyPoller) owner));
    }

    private StreamHandle accepted(ListenHandle handle, FaultyPoller owner) throws IOException {
      StreamHandle accepted = handle.accepted(owner.poller);
      int error = plan.error(Call.ADOPT);
      if (error != 0) {
        // as the port has it: the connection is closed
        accepted.close(r -> {});
      }
      ErrnoException.check(error);
      return owner.faulty(accepted);
    }

    private StreamHandle faulty(StreamHandle handle) {
      return new FaultyStreamHandle(handle, faults(handle));
    }

    private HandleFaults faults(Handle handle) {
      return new HandleFaults(plan, handle, disturbable);
    }

    @Override
    public @Nullable Pipe pipe() {
      return plan.error(Call.PIPE) == 0 ? poller.pipe() : null;
    }

    @Override
    public boolean pipesTakeFiles() {
      return poller.pipesTakeFiles();
    }

    @Override
    public int poll(long timeoutNanos) throws IOException {
      // what it ends is runnable when this poll returns
      boolean disturbed = plan.isSpurious() && disturb();
      int delivered = disturbed ? 1 : 0;
      long waitNanos = disturbed ? 0 : plan.isSpurious() ? shorter(timeoutNanos) : timeoutNanos;
      delivered += poller.poll(waitNanos);
      plan.throwIfBroken();
      return delivered;
    }

    private boolean disturb() {
      boolean any = false;
      for (FaultyOperation.Disturbed operation : disturbable) {
        if (plan.takeSpurious()) {
          operation.disturb();
          any = true;
        }
      }
      return any;
    }

    private static long shorter(long timeoutNanos) {
      return timeoutNanos < 0 ? SPURIOUS_WAIT_NANOS : Math.min(timeoutNanos, SPURIOUS_WAIT_NANOS);
    }

    @Override
    public void wakeup() {
      poller.wakeup();
    }

    @Override
    public void close() {
      poller.close();
    }
  }
}
