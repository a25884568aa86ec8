package io.weft.server.jfr;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/** A session of a proxy has ended. Its maker fills it, if it {@link #shouldCommit}. */
@Name("weft.Session")
@Label("Session")
@Category({"Weft", "Proxy"})
@Description("A session of the proxy that has ended, as its line in the access log has it")
@StackTrace(false)
public final class SessionEvent extends Event {
  /** The client's address. */
  @Label("Client")
  public @Nullable String client;

  /** The address that was bound. */
  @Label("Listener")
  public @Nullable String listener;

  /** The upstream that was tried last. */
  @Label("Upstream")
  public @Nullable String upstream;

  /** Who ended it. */
  @Label("Ended By")
  public @Nullable String endedBy;

  /** How far it had come. */
  @Label("Phase")
  public @Nullable String phase;

  /** Why it ended. */
  @Label("Cause")
  public @Nullable String cause;

  /** From accept to the end. */
  @Label("Total Time")
  @Timespan(Timespan.NANOSECONDS)
  public long total;

  /** How long it waited for slots of upstreams. */
  @Label("Queue Time")
  @Timespan(Timespan.NANOSECONDS)
  public long queue;

  /** How long it dialled. */
  @Label("Connect Time")
  @Timespan(Timespan.NANOSECONDS)
  public long connect;

  /** What the server was sent. */
  @Label("Bytes To Server")
  @DataAmount
  public long bytesToServer;

  /** What the client was sent. */
  @Label("Bytes To Client")
  @DataAmount
  public long bytesToClient;

  /** An event to fill. */
  public SessionEvent() {}
}
