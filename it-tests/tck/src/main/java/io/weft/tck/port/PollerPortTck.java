package io.weft.tck.port;

import io.weft.spi.PollerProvider;
import org.junit.jupiter.api.TestInstance;

/**
 * Goal: every promise of {@link io.weft.spi} that the core relies on holds for one adapter, on real
 * sockets, on TCP and unix, called from the loop and, where the adapter allows it, from elsewhere.
 *
 * <p>An adapter's test extends this class and names its provider.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class PollerPortTck
    implements ConnectProof, ReadProof, WriteProof, CancelProof, CloseProof, PollProof, MixProof {
  /** For the adapter's test. */
  protected PollerPortTck() {}

  /**
   * The adapter under test.
   *
   * @return its provider, which opens
   */
  @Override
  public abstract PollerProvider provider();
}
