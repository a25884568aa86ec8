package io.weft.poller.nio;

import io.weft.Conn;
import io.weft.ConnHandler;
import io.weft.Listener;
import io.weft.Net;
import io.weft.NetConfig;
import io.weft.tck.NetOpener;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/** Opens nets whose connections break a promise; all else is handed on to real ones. */
abstract class BrokenNet implements NetOpener {
  /**
   * Calls a method of a connection, or not, or otherwise.
   *
   * @param conn the real connection
   * @param method which method
   * @param args its arguments; empty for none
   */
  abstract @Nullable Object call(Conn conn, Method method, Object[] args) throws Throwable;

  /**
   * Calls a method of a net, or not, or otherwise; what it returns is broken, too.
   *
   * @param net the real net
   * @param method which method
   * @param args its arguments; empty for none
   */
  @Nullable Object callNet(Net net, Method method, Object[] args) throws Throwable {
    return proceed(net, method, args);
  }

  @Override
  public Net open(NetConfig config) throws IOException {
    Net net = Net.open(config);
    return proxy(Net.class, net, (method, args) -> onNet(net, method, args));
  }

  /** Hands a call on. */
  static @Nullable Object proceed(Object target, Method method, Object[] args) throws Throwable {
    try {
      return method.invoke(target, args);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private @Nullable Object onNet(Net net, Method method, Object[] args) throws Throwable {
    for (int i = 0; i < args.length; i++) {
      args[i] =
          switch (args[i]) {
            case ConnHandler handler -> (ConnHandler) conn -> handler.handle(broken(conn));
            case Object arg when Proxy.isProxyClass(arg.getClass()) -> real(arg);
            case Object arg -> arg;
          };
    }
    Object result = callNet(net, method, args);
    return result instanceof Listener listener
        ? proxy(Listener.class, listener, (m, a) -> onListener(listener, m, a))
        : result instanceof Conn conn ? broken(conn) : result;
  }

  private @Nullable Object onListener(Listener listener, Method method, Object[] args)
      throws Throwable {
    Object result = proceed(listener, method, args);
    return result instanceof Conn conn ? broken(conn) : result;
  }

  private Conn broken(Conn conn) {
    return proxy(Conn.class, conn, (method, args) -> call(conn, method, args));
  }

  private static <T> T proxy(Class<T> type, Object target, Calls calls) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(), new Class<?>[] {type}, new Handler(target, calls)));
  }

  private static Object real(Object proxy) {
    return Proxy.getInvocationHandler(proxy) instanceof Handler handler ? handler.target() : proxy;
  }

  /** What happens to a call. */
  private interface Calls {
    @Nullable Object on(Method method, Object[] args) throws Throwable;
  }

  /** Two proxies of one object are equal. */
  private record Handler(Object target, Calls calls) implements InvocationHandler {
    private static final Object[] NONE = new Object[0];

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] args)
        throws Throwable {
      if (method.getName().equals("equals") && args != null) {
        Object other = args[0];
        return other != null && Proxy.isProxyClass(other.getClass()) && real(other) == target;
      }
      return calls.on(method, args == null ? NONE : args);
    }
  }
}
