package io.weft.tck;

import io.weft.Network;
import io.weft.PollerReport;
import io.weft.spi.Capability;
import io.weft.spi.Errno;
import io.weft.spi.ListenHandle;
import io.weft.spi.Poller;
import io.weft.spi.PollerProvider;
import io.weft.spi.StreamHandle;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** The adapter under test, with answers of the kernel that a case orders in advance. */
final class FaultyProvider implements PollerProvider {
  private final PollerProvider real;
  private final List<FaultyPoller> pollers = new CopyOnWriteArrayList<>();
  private final Queue<Errno> acceptErrors = new ConcurrentLinkedQueue<>();
  private final Queue<Errno> readErrors = new ConcurrentLinkedQueue<>();
  private volatile int writeBytesMax = Integer.MAX_VALUE;
  private volatile @Nullable IOException breakage;

  FaultyProvider(PollerProvider real) {
    this.real = real;
  }

  /** The next accepts fail so before they reach the kernel. */
  FaultyProvider failAccepts(int count, Errno errno) {
    acceptErrors.addAll(Collections.nCopies(count, errno));
    return this;
  }

  /** The next reads fail so before they reach the kernel. */
  FaultyProvider failReads(int count, Errno errno) {
    readErrors.addAll(Collections.nCopies(count, errno));
    return this;
  }

  /** The kernel takes at most so many bytes of a write. */
  FaultyProvider takeAtMost(int bytes) {
    writeBytesMax = bytes;
    return this;
  }

  /** From now on every wait of every poller fails. */
  void breakAll(IOException cause) {
    breakage = cause;
    pollers.forEach(Poller::wakeup);
  }

  boolean hasFaultsLeft() {
    return !acceptErrors.isEmpty() || !readErrors.isEmpty();
  }

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
    FaultyPoller poller = new FaultyPoller(real.open());
    pollers.add(poller);
    return poller;
  }

  private static int next(Queue<Errno> errors) {
    Errno errno = errors.poll();
    return errno == null ? 0 : -errno.number();
  }

  private final class FaultyPoller implements Poller {
    private final Poller poller;

    FaultyPoller(Poller poller) {
      this.poller = poller;
    }

    @Override
    public boolean anyThread() {
      return poller.anyThread();
    }

    @Override
    public StreamHandle stream(Network network) throws IOException {
      return faulty(poller.stream(network));
    }

    @Override
    public ListenHandle listener(Network network) throws IOException {
      return new FaultyListenHandle(
          poller.listener(network),
          () -> next(acceptErrors),
          (handle, owner) -> faulty(handle.accepted(((FaultyPoller) owner).poller)));
    }

    private StreamHandle faulty(StreamHandle handle) {
      return new FaultyStreamHandle(handle, () -> next(readErrors), () -> writeBytesMax);
    }

    @Override
    public void poll(long timeoutNanos) throws IOException {
      poller.poll(timeoutNanos);
      IOException cause = breakage;
      if (cause != null) {
        throw cause;
      }
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
