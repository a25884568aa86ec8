package io.weft.core;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The two things of {@code java.lang} that have no public API in JDK 25 and that carrying virtual
 * threads on a loop needs: a builder with a scheduler of one's own, and the carrier of the current
 * thread. Both are there when {@code java.base/java.lang} is open to Weft.
 */
final class Carriers {
  private static final @Nullable MethodHandle NEW_BUILDER = newBuilder();
  private static final @Nullable MethodHandle CURRENT_CARRIER = currentCarrier();

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
