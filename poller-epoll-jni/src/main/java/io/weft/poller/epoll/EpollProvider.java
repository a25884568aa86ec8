package io.weft.poller.epoll;

import io.weft.PollerReport;
import io.weft.PollerUnavailableException;
import io.weft.poller.epoll.NativeLibrary.Refusal;
import io.weft.spi.Capability;
import io.weft.spi.Errno;
import io.weft.spi.ErrnoException;
import io.weft.spi.Poller;
import io.weft.spi.PollerProvider;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The front door of the adapter on epoll.
 *
 * <p>Its library travels in its jar. To be loaded it is written, for a moment, to a directory that
 * permits execution: that for temporary files, or the one that the environment variable {@code
 * WEFT_NATIVE_DIR} names.
 */
public final class EpollProvider implements PollerProvider {
  private static final String NAME = "epoll";

  /** Has no effect, as every provider's constructor. */
  public EpollProvider() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public PollerReport report() {
    Refusal refusal = NativeLibrary.load();
    return refusal == null ? report(new EpollNative()) : report(refusal);
  }

  /** Tries a poller with the configuration that {@link #open} has. */
  static PollerReport report(EpollNative sys) {
    try (EpollPoller poller = new EpollPoller(sys)) {
      String timeouts = poller.isPrecise() ? "epoll_pwait2" : "epoll_wait, in whole milliseconds";
      return new PollerReport(NAME, true, "epoll by JNI (" + timeouts + ")", "");
    } catch (ErrnoException e) {
      boolean descriptors = e.errno() == Errno.EMFILE.number();
      return report(
          new Refusal(
              "the kernel refuses an epoll instance: " + Errno.describe(e.errno()),
              descriptors ? "raise the limit of open files (ulimit -n)" : "use nio"));
    }
  }

  private static PollerReport report(Refusal refusal) {
    return new PollerReport(NAME, false, refusal.reason(), refusal.remedy());
  }

  @Override
  public Set<Capability> lacks() {
    return Set.of();
  }

  @Override
  public Poller open() throws IOException {
    return open(NativeLibrary.load());
  }

  static Poller open(@Nullable Refusal refusal) throws IOException {
    if (refusal != null) {
      throw new PollerUnavailableException(
          "poller " + NAME + " is not available: " + refusal.reason() + "; " + refusal.remedy());
    }
    return new EpollPoller(new EpollNative());
  }
}
