package io.weft;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * A running network: event loops over one kind of poller, and the listeners and connections on
 * them.
 *
 * <p>Every method may be called from any thread. States: open; then, by {@link #close()}, closed:
 * all listeners and connections are closed, and every later call fails with {@link
 * java.nio.channels.ClosedChannelException}.
 *
 * <p><b>Addresses</b> are written as Go writes them. For tcp, tcp4 and tcp6 they are host and port,
 * {@code host:port} or {@code [host]:port}; a host with colons needs the brackets.
 *
 * <ul>
 *   <li>The host is a literal ({@code 127.0.0.1}, {@code ::1}), one with a zone, which is the name
 *       or the index of an interface ({@code fe80::1%eth0}), a name, or nothing: to listen on all
 *       addresses, to dial this machine. {@code 0.0.0.0} and {@code ::} mean the same; with tcp,
 *       listening on any of them serves IPv4 and IPv6.
 *   <li>The port is a number from 0 to 65535, the name of a TCP service from {@code /etc/services}
 *       ({@code https}; a few are known without the file), or nothing, which is 0: a free port to
 *       listen on.
 *   <li>Of a name's addresses, listen takes the first of IPv4, if there is any; dial tries those
 *       that the network allows in the order of RFC 6724.
 * </ul>
 *
 * <p>Names, services and zones are looked up while the calling thread parks, never on a loop. For
 * unix and unixpacket the address is a path of at most 107 bytes, or {@code @} and an abstract name
 * of Linux.
 */
public interface Net extends AutoCloseable {
  /**
   * Opens a net with the defaults: the best poller of this machine; otherwise as {@link
   * #open(NetConfig)}.
   *
   * @return the running net
   * @throws PollerUnavailableException when no poller can be used
   * @throws IOException when the poller cannot be started; a {@link NetError}
   */
  static Net open() throws IOException {
    return open(NetConfig.DEFAULT);
  }

  /**
   * Opens a net.
   *
   * <p><b>Blocking:</b> while the pollers are tried and the loops' threads started; not
   * interruptible. <b>Threads:</b> any. <b>Deadline:</b> none. <b>Close and interrupt:</b> an
   * interrupt has no effect. <b>Partial effect:</b> on an exception nothing is left open. <b>Limits
   * and units:</b> any number of nets; each has loops and threads of its own. <b>Maps to:</b> nio
   * Selector.open, one per loop; epoll epoll_create1(2); io_uring io_uring_setup(2). <b>Source:</b>
   * none; in Go the runtime is it.
   *
   * @param config how
   * @return the running net
   * @throws PollerUnavailableException when the named poller, or every poller, cannot be used
   * @throws IOException when the poller cannot be started, or the scheduling is not possible; a
   *     {@link NetError}
   */
  static Net open(NetConfig config) throws IOException {
    return NetProvider.load().open(config);
  }

  /**
   * Tries every poller that the class path or module path offers.
   *
   * <p><b>Blocking:</b> while they are tried. <b>Threads:</b> any. <b>Deadline:</b> none. <b>Close
   * and interrupt:</b> an interrupt has no effect. <b>Partial effect:</b> none; what a trial opened
   * is closed again. <b>Limits and units:</b> none. <b>Maps to:</b> what {@link #open(NetConfig)}
   * maps to. <b>Source:</b> none.
   *
   * @return one report each, in the order in which {@code auto} considers them
   */
  static List<PollerReport> probe() {
    return NetProvider.load().probe();
  }

  /**
   * The poller in use.
   *
   * @return its name, and why it was chosen
   */
  PollerReport poller();

  /**
   * What carries the virtual threads; never {@link Scheduling#AUTO}.
   *
   * @return the scheduling in use
   */
  Scheduling scheduling();

  /**
   * Why {@link #scheduling()} is what it is; names the flag that is missing, if one is.
   *
   * @return one sentence
   */
  String schedulingReason();

  /**
   * How many loops run.
   *
   * @return at least 1
   */
  int loops();

  /**
   * What each loop has done so far. Any thread; never blocks; also after {@link #close}.
   *
   * @return one for each loop, in their order; figures of one moment, more or less
   */
  List<LoopCounts> loopCounts();

  /**
   * Listens with the defaults; otherwise as {@link #listen(String, String, ListenConfig)}.
   *
   * @param network tcp, tcp4, tcp6, unix or unixpacket
   * @param address where
   * @return the open listener
   * @throws IOException as {@link #listen(String, String, ListenConfig)}
   */
  default Listener listen(String network, String address) throws IOException {
    return listen(network, address, ListenConfig.DEFAULT);
  }

  /**
   * Creates a socket, binds it and listens.
   *
   * <p><b>Blocking:</b> only to resolve a host name. <b>Threads:</b> any. <b>Deadline:</b> none.
   * <b>Close and interrupt:</b> an interrupt ends a name look-up. <b>Partial effect:</b> on an
   * exception nothing is left open; a file that was there stays. <b>Limits and units:</b> the
   * backlog is a number of connections. <b>Maps to:</b> socket(2), setsockopt(2) (SO_REUSEADDR for
   * TCP, then {@link ListenConfig#setup()}), bind(2), listen(2). <b>Source:</b> Go
   * net.ListenConfig.Listen.
   *
   * @param network tcp, tcp4, tcp6, unix or unixpacket
   * @param address host and port as Go writes them ({@code :8080}, {@code 127.0.0.1:0}, {@code
   *     [::1]:0}), or a path
   * @param config how
   * @return the open listener
   * @throws AddressException unknown network, malformed address, unknown service or zone, or no
   *     address that the network allows
   * @throws java.net.UnknownHostException no such host
   * @throws java.net.BindException in use, not available or not permitted
   * @throws java.nio.channels.ClosedChannelException this net is closed
   * @throws UnsupportedOperationException the poller does not have this network or this kind of
   *     address; a {@link NetError}
   */
  Listener listen(String network, String address, ListenConfig config) throws IOException;

  /**
   * Dials with the defaults; otherwise as {@link #dial(String, String, DialConfig)}.
   *
   * @param network tcp, tcp4, tcp6, unix or unixpacket
   * @param address whom
   * @return the connection
   * @throws IOException as {@link #dial(String, String, DialConfig)}
   */
  default Conn dial(String network, String address) throws IOException {
    return dial(network, address, DialConfig.DEFAULT);
  }

  /**
   * Connects. A connection that a thread carried by a loop dials belongs to that loop.
   *
   * <p>Of several addresses the first that answers is taken. They are tried in order; with the
   * network tcp, those of the other IP family than the first one's are tried beside them when
   * {@link DialConfig.Route#fallbackDelay()} has passed, or at once when the others have failed.
   * When all fail, the first failure is thrown.
   *
   * <p><b>Blocking:</b> parks the calling thread until the handshake is done. <b>Threads:</b> any.
   * <b>Deadline:</b> {@link DialConfig#limits()}, of which each address has its share; already
   * past, it fails before any syscall. <b>Close and interrupt:</b> an interrupt, like the close of
   * this net, ends the attempts on all addresses. <b>Partial effect:</b> on an exception nothing is
   * left open. <b>Limits and units:</b> at most two attempts at a time. <b>Maps to:</b> socket(2),
   * setsockopt(2), bind(2) for a local address, connect(2), getsockopt(2) SO_ERROR; io_uring
   * IORING_OP_CONNECT. <b>Source:</b> Go net.Dialer.Dial.
   *
   * @param network tcp, tcp4, tcp6, unix or unixpacket
   * @param address host and port ({@code 127.0.0.1:3000}, {@code example.org:https}), or a path
   * @param config how
   * @return the connection
   * @throws AddressException unknown network, missing or malformed address, unknown service or
   *     zone, or no address that the network allows
   * @throws java.net.ConnectException refused
   * @throws java.net.NoRouteToHostException network or host unreachable
   * @throws java.net.UnknownHostException no such host
   * @throws java.net.SocketTimeoutException the timeout passed, or the kernel gave up (ETIMEDOUT)
   * @throws java.nio.channels.ClosedChannelException this net is closed
   * @throws UnsupportedOperationException the poller does not have this network or this kind of
   *     address; a {@link NetError}
   */
  Conn dial(String network, String address, DialConfig config) throws IOException;

  /**
   * Starts a virtual thread: on the caller's own loop when a loop carries the caller, else on the
   * next loop in turn (or on the JDK's scheduler).
   *
   * <p><b>Blocking:</b> never. <b>Threads:</b> any. <b>Deadline:</b> none. <b>Close and
   * interrupt:</b> refused when this net is closed; a close waits for the task, and interrupts it
   * after a second. <b>Partial effect:</b> when refused, nothing has run. <b>Limits and units:</b>
   * none. <b>Maps to:</b> no syscall, but one that wakes a waiting loop. <b>Source:</b> Go's go
   * statement.
   *
   * @param task what it runs
   * @return the started thread
   * @throws java.util.concurrent.RejectedExecutionException this net is closed
   */
  Thread go(Runnable task);

  /**
   * Starts a virtual thread for a connection, on the connection's loop, and closes the connection
   * when the handler ends, also by an exception, which goes to {@link NetConfig#onError()};
   * otherwise as {@link #go(Runnable)}.
   *
   * @param conn a connection of this net
   * @param handler what it runs
   * @return the started thread
   * @throws java.util.concurrent.RejectedExecutionException this net is closed
   */
  Thread go(Conn conn, ConnHandler handler);

  /**
   * Accepts connections and starts a virtual thread for each until the listener is closed, then
   * returns. Failed accepts go to {@link NetConfig#onError()} and to the observer; after a lack of
   * descriptors or memory it pauses, 5 ms at first, doubling to 1 s.
   *
   * <p><b>Blocking:</b> parks the calling thread until the listener is closed. <b>Threads:</b> any;
   * several calls for one listener share its connections. <b>Deadline:</b> the listener's; once it
   * has passed, accepts fail and are tried again until it is moved. <b>Close and interrupt:</b>
   * close of the listener or of this net ends it without an exception; an interrupt ends it with
   * {@link java.io.InterruptedIOException}, flag kept, the listener open. <b>Partial effect:</b>
   * the connections that were accepted stay with their handlers. <b>Limits and units:</b> no limit
   * of open connections. <b>Maps to:</b> as {@link Listener#accept()}. <b>Source:</b> Go
   * net/http.Server.Serve.
   *
   * @param listener a listener of this net
   * @param handler what each connection's thread runs
   * @throws java.io.InterruptedIOException the calling thread was interrupted; the listener is open
   * @throws IOException the listener's loop has died
   */
  default void serve(Listener listener, ConnHandler handler) throws IOException {
    serve(listener, handler, Integer.MAX_VALUE);
  }

  /**
   * Serves with a limit of open connections that is this call's alone; otherwise as {@link
   * #serve(Listener, ConnHandler, OpenLimit)}.
   *
   * @param listener a listener of this net
   * @param handler what each connection's thread runs
   * @param openMax how many connections are open at most
   * @throws IllegalArgumentException {@code openMax} is less than 1
   * @throws java.io.InterruptedIOException the calling thread was interrupted; the listener is open
   * @throws IOException the listener's loop has died
   */
  default void serve(Listener listener, ConnHandler handler, int openMax) throws IOException {
    serve(listener, handler, OpenLimit.of(openMax));
  }

  /**
   * Serves with a limit of open connections; otherwise as {@link #serve(Listener, ConnHandler)}.
   * Several calls may share it, for one listener or several, of this net and of others. At the
   * limit none of them accepts: further connections wait in the kernel's queue, and are refused or
   * ignored by the kernel when that is full. A connection counts until its handler has ended and it
   * is closed. Its place then goes to the call that has waited longest, unless no connection waits
   * there.
   *
   * @param listener a listener of this net
   * @param handler what each connection's thread runs
   * @param limit how many connections are open at most
   * @throws IllegalArgumentException {@code limit} was not made by {@link OpenLimit#of}
   * @throws java.io.InterruptedIOException the calling thread was interrupted; the listener is open
   * @throws IOException the listener's loop has died
   */
  void serve(Listener listener, ConnHandler handler, OpenLimit limit) throws IOException;

  /**
   * Runs what blocks its thread, such as file I/O, a name look-up or native code, on one of a few
   * platform threads of this net, so that it holds up no event loop. A task that calls this method
   * again runs that itself.
   *
   * <p><b>Blocking:</b> parks the calling thread until the task has ended; with all threads busy,
   * tasks wait for their turn. <b>Threads:</b> any. <b>Deadline:</b> none. <b>Close and
   * interrupt:</b> an interrupt is handed on to the task and ends this call without waiting for it;
   * close of this net interrupts the tasks that run and ends those that wait. <b>Partial
   * effect:</b> an interrupted task may still come to its end. <b>Limits and units:</b> 16 threads,
   * which name look-ups and {@link Conn#transferFrom} use as well. <b>Maps to:</b> no syscall.
   * <b>Source:</b> what Go's scheduler does for every blocking call.
   *
   * @param task what to run
   * @param <T> what it returns
   * @return what the task returned
   * @throws java.nio.channels.ClosedChannelException this net is closed
   * @throws InterruptedException the calling thread was interrupted while it waited
   * @throws Exception what the task threw
   */
  <T extends @Nullable Object> T offload(Callable<? extends T> task) throws Exception;

  /**
   * Closes all listeners, waits for the running handlers, then closes.
   *
   * <p><b>Blocking:</b> parks the calling thread until the threads of this net have ended, without
   * the calling one. <b>Threads:</b> any. <b>Deadline:</b> the timeout, for the handlers; the close
   * after it takes its own time. <b>Close and interrupt:</b> an interrupt ends the waiting; this
   * net is closed all the same. <b>Partial effect:</b> handlers that have not ended in time lose
   * their connections, as by {@link #close()}. <b>Limits and units:</b> a timeout of zero does not
   * wait. <b>Maps to:</b> as {@link Listener#close()} and {@link #close()}. <b>Source:</b> Go
   * net/http.Server.Shutdown.
   *
   * @param timeout how long to wait for handlers
   * @return whether every handler ended in time
   * @throws InterruptedException the calling thread was interrupted while it waited; this net is
   *     closed all the same
   */
  boolean shutdown(Duration timeout) throws InterruptedException;

  /**
   * Closes all listeners and connections, then the loops. Handlers that wait for a connection end
   * with an exception; handlers that wait elsewhere are interrupted. A second close has no effect.
   *
   * <p><b>Blocking:</b> until all descriptors are released and all threads of this net have ended,
   * without the calling one; not interruptible. <b>Threads:</b> any, also one of this net; of
   * concurrent calls one closes, and the others do not wait for it. <b>Deadline:</b> none. <b>Close
   * and interrupt:</b> an interrupt has no effect, and its flag is kept. <b>Partial effect:</b> as
   * {@link Conn#close()} for each connection. <b>Limits and units:</b> handlers are interrupted
   * after 1 second, and given up after another; descriptors after 10, loops after 5. <b>Maps
   * to:</b> close(2). <b>Source:</b> none.
   */
  @Override
  void close();
}
