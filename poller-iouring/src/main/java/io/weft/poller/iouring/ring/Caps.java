package io.weft.poller.iouring.ring;

import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;

/**
 * What the kernel gives beyond what is insisted on ({@link Need}).
 *
 * @param features what may be used, immutable
 */
public record Caps(Set<Feature> features) {
  /** What is used where the kernel has it and can be done without. */
  public enum Feature {
    /** A submission queue without an index array; Linux 6.6. */
    NO_SQARRAY,
    /** The ring says when the kernel wants to be entered; Linux 5.19. */
    TASKRUN_FLAG,
    /** An idle ring is not shown as waiting for a disk; Linux 6.15. */
    NO_IOWAIT,
    /** A ring's descriptor is known to the kernel by a number of its thread; Linux 5.18. */
    RING_FD,
    /** A receive that stays; Linux 6.0. */
    RECV_MULTISHOT,
    /** An accept that stays; Linux 5.19, and wrong in some later ones. */
    ACCEPT_MULTISHOT,
    /** Buffers that receives fill in parts; Linux 6.12, and wrong in some of its patches. */
    BUFFER_PARTS,
    /** A send from the caller's memory, without a copy; Linux 6.0. */
    SEND_ZC
  }

  public static final Caps ALL = new Caps(EnumSet.allOf(Feature.class));

  /** What is used unless somebody asks for more: nothing that has not shown a gain yet. */
  public static final Caps DEFAULT =
      ALL.without(EnumSet.of(Feature.RECV_MULTISHOT, Feature.BUFFER_PARTS, Feature.SEND_ZC));

  public Caps {
    features = Set.copyOf(features);
  }

  public boolean has(Feature feature) {
    return features.contains(feature);
  }

  public Caps without(Collection<Feature> lacking) {
    EnumSet<Feature> left = EnumSet.allOf(Feature.class);
    left.retainAll(features);
    left.removeAll(lacking);
    return new Caps(left);
  }

  /** What is in both. */
  public Caps and(Caps other) {
    return without(ALL.without(other.features).features);
  }

  /** What is not there of what would be used, as the end of a sentence. */
  public String lacking() {
    Set<Feature> lacking = DEFAULT.without(features).features();
    return lacking.isEmpty() ? "" : " without " + EnumSet.copyOf(lacking);
  }
}
