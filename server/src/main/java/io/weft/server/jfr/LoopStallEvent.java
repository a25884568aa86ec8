package io.weft.server.jfr;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** An event loop has made no turn for at least a second. */
@Name("weft.LoopStall")
@Label("Loop Stall")
@Category("Weft")
@Description("An event loop made no turn for at least a second: its connections wait")
@StackTrace(false)
public final class LoopStallEvent extends Event {
  /** The loop's name. */
  @Label("Loop")
  public @Nullable String loop;

  /** The thread that holds it up. */
  @Label("Culprit")
  public @Nullable String culprit;

  /** An event to fill. */
  public LoopStallEvent() {}
}
