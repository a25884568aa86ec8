package io.weft.core;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What carrying virtual threads on a loop needs of {@code java.lang} and JDK 25 has no public API
 * for: a builder with a scheduler of one's own, and the carrier of a thread. It is there when
 * {@code java.base/java.lang} is open to Weft.
 */
final class Carriers {
  private static final @Nullable MethodHandle NEW_BUILDER = newBuilder();
  private static final @Nullable MethodHandle CURRENT_CARRIER = currentCarrier();
  private static final @Nullable MethodHandle CARRIER_OF = carrierOf();

  private Carriers() {}

  /** Whether threads can be carried by loops here. */
  static boolean possible() {
    return NEW_BUILDER != null && CURRENT_CARRIER != null;
  }

  /** The flag that makes {@link #possible} true. */
  static String flag() {
    Module module = Carriers.class.getModule();
    String target = module.isNamed() ? module.getName() : "ALL-UNNAMED";
    return "--add-opens java.base/java.lang=" + target;
  }

  /** A builder of virtual threads that the executor carries. */
  static Thread.Builder.OfVirtual builder(Executor scheduler) {
    MethodHandle constructor = NEW_BUILDER;
    if (constructor == null) {
      throw new IllegalStateException("carrying threads on a loop needs " + flag());
    }
    try {
      return (Thread.Builder.OfVirtual) constructor.invokeExact(scheduler);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** The platform thread that runs the caller. */
  static Thread current() {
    MethodHandle handle = CURRENT_CARRIER;
    if (handle == null) {
      return Thread.currentThread();
    }
    try {
      return (Thread) handle.invokeExact();
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** The platform thread that carries a virtual thread just now; null when none does. */
  static @Nullable Thread carrierOf(Thread virtual) {
    MethodHandle handle = CARRIER_OF;
    if (handle == null) {
      return null;
    }
    try {
      return (Thread) handle.invoke(virtual);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static @Nullable MethodHandle newBuilder() {
    Class<?> builder = Thread.ofVirtual().getClass();
    try {
      MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(builder, MethodHandles.lookup());
      return lookup
          .findConstructor(builder, MethodType.methodType(void.class, Executor.class))
          .asType(MethodType.methodType(Thread.Builder.OfVirtual.class, Executor.class));
    } catch (ReflectiveOperationException e) {
      return null;
    }
  }

  private static @Nullable MethodHandle carrierOf() {
    Class<?> virtual = Thread.ofVirtual().unstarted(() -> {}).getClass();
    try {
      return MethodHandles.privateLookupIn(virtual, MethodHandles.lookup())
          .findGetter(virtual, "carrierThread", Thread.class)
          .asType(MethodType.methodType(Thread.class, Thread.class));
    } catch (ReflectiveOperationException e) {
      return null;
    }
  }

  private static @Nullable MethodHandle currentCarrier() {
    try {
      MethodHandles.Lookup lookup =
          MethodHandles.privateLookupIn(Thread.class, MethodHandles.lookup());
      return lookup.findStatic(
          Thread.class, "currentCarrierThread", MethodType.methodType(Thread.class));
    } catch (ReflectiveOperationException e) {
      return null;
    }
  }
}
