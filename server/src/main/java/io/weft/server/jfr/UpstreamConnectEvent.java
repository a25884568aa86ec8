package io.weft.server.jfr;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** A session has dialled an upstream; lasts as long as the dial. */
@Name("weft.UpstreamConnect")
@Label("Upstream Connect")
@Category({"Weft", "Proxy"})
@Description("A session's dial of an upstream, whether it succeeded or not")
@StackTrace(false)
public final class UpstreamConnectEvent extends Event {
  /** The upstream's name. */
  @Label("Upstream")
  public @Nullable String upstream;

  /** Why it failed; null when it did not. */
  @Label("Failure")
  public @Nullable String failure;

  /** An event to fill. */
  public UpstreamConnectEvent() {}
}
