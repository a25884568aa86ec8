package io.weft.poller.iouring;

import io.weft.Net;
import io.weft.NetConfig;
import io.weft.poller.iouring.ring.Caps;
import io.weft.poller.iouring.ring.Caps.Feature;
import io.weft.spi.NetFactory;
import io.weft.tck.NetOpener;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Opens the nets of the behaviour suite on rings that do without something. The parameter {@code
 * weft.tck.opener} names one of the classes below.
 */
abstract class Masked implements NetOpener {
  private static final Set<Feature> ALL = Caps.DEFAULT.features();
  private static final Set<Feature> LINUX_6_1 = Set.of(Feature.NO_SQARRAY, Feature.NO_IOWAIT);

  /** A send without a copy lasts, canceled or not, until the peer has what it sent. */
  private static final Caps ALL_THAT_KEEPS_THE_PROMISES = Caps.ALL.without(Set.of(Feature.SEND_ZC));

  private final Set<Feature> mask;

  private Masked(Set<Feature> mask) {
    this.mask = mask;
  }

  /**
   * Less: each feature, all of them, those of kernels after 6.1; and more: all but one that there
   * are.
   */
  static Stream<Caps> caps() {
    return Stream.of(
            ALL.stream().map(feature -> Caps.DEFAULT.without(Set.of(feature))),
            Stream.of(ALL, LINUX_6_1).map(Caps.DEFAULT::without),
            Stream.of(ALL_THAT_KEEPS_THE_PROMISES))
        .flatMap(caps -> caps);
  }

  @Override
  public final Net open(NetConfig config) throws IOException {
    return NetFactory.load().open(config, List.of(IoUringPollerProvider.masked(mask)));
  }

  /** What the oldest kernel that is good enough has. */
  public static final class Linux61 extends Masked {
    public Linux61() {
      super(LINUX_6_1);
    }
  }

  public static final class Bare extends Masked {
    public Bare() {
      super(ALL);
    }
  }

  public static final class WithoutNoSqArray extends Masked {
    public WithoutNoSqArray() {
      super(Set.of(Feature.NO_SQARRAY));
    }
  }

  public static final class WithoutTaskrunFlag extends Masked {
    public WithoutTaskrunFlag() {
      super(Set.of(Feature.TASKRUN_FLAG));
    }
  }

  public static final class WithoutNoIowait extends Masked {
    public WithoutNoIowait() {
      super(Set.of(Feature.NO_IOWAIT));
    }
  }

  public static final class WithoutRingFd extends Masked {
    public WithoutRingFd() {
      super(Set.of(Feature.RING_FD));
    }
  }

  public static final class WithoutAcceptMultishot extends Masked {
    public WithoutAcceptMultishot() {
      super(Set.of(Feature.ACCEPT_MULTISHOT));
    }
  }
}
