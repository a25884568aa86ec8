package io.weft.containers.inside;

import io.weft.PollerReport;
import io.weft.poller.nio.NioPollerProvider;
import io.weft.spi.Capability;
import io.weft.spi.ListenHandle;
import io.weft.spi.Poller;
import io.weft.spi.PollerProvider;
import io.weft.spi.StreamHandle;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An adapter that loses a byte: the last one of a read that brought a whole kilobyte. */
public final class LossyProvider implements PollerProvider {
  private static final int BYTES = 1024;

  private final PollerProvider nio = new NioPollerProvider();

  @Override
  public String name() {
    return "lossy";
  }

  @Override
  public PollerReport report() {
    return new PollerReport(name(), true, "as nio", "");
  }

  @Override
  public Set<Capability> lacks() {
    return nio.lacks();
  }

  @Override
  public Poller open() throws IOException {
    return wrapped(Poller.class, nio.open());
  }

  /** Hands all calls on, and wraps the handles that come back. */
  private record Lossy(Object real) implements InvocationHandler {
    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] args)
        throws Throwable {
      Object[] real = args == null ? new Object[0] : args.clone();
      for (int i = 0; i < real.length; i++) {
        if (real[i] instanceof Poller && Proxy.isProxyClass(real[i].getClass())) {
          real[i] = ((Lossy) Proxy.getInvocationHandler(real[i])).real();
        }
      }
      Object result;
      try {
        result = method.invoke(real(), real);
      } catch (InvocationTargetException e) {
        throw e.getCause();
      }
      return switch (result) {
        case StreamHandle handle -> wrapped(StreamHandle.class, handle);
        case ListenHandle handle -> wrapped(ListenHandle.class, handle);
        case Integer read
            when read >= BYTES
                && method.getName().equals("read")
                && real[0] instanceof ByteBuffer buffer -> {
          buffer.position(buffer.position() - 1);
          yield read - 1;
        }
        case null, default -> result;
      };
    }
  }

  private static <T> T wrapped(Class<T> type, Object real) {
    return type.cast(
        Proxy.newProxyInstance(
            LossyProvider.class.getClassLoader(), new Class<?>[] {type}, new Lossy(real)));
  }
}
