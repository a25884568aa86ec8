package io.weft.poller.iouring;

import io.weft.poller.iouring.Caps.Feature;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;

/** What the adapter is to do without in a test. */
final class Masks {
  /** What Linux 6.1, the oldest kernel that is good enough, does not have. */
  static final Set<Feature> LINUX_6_1 = Set.of(Feature.NO_SQARRAY, Feature.NO_IOWAIT);

  private Masks() {}

  /** Each feature, all of them, and those of later kernels. */
  static Stream<Set<Feature>> all() {
    return Stream.concat(
        Stream.of(Feature.values()).map(Set::of),
        Stream.of(EnumSet.allOf(Feature.class), LINUX_6_1));
  }
}
