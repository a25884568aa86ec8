package io.weft.core;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Threads of a rig's kind for many short calls; platform threads are used again. */
final class Callers implements AutoCloseable {
  private final CoreRig rig;
  private final ExecutorService platform =
      Executors.newCachedThreadPool(task -> Thread.ofPlatform().daemon().unstarted(task));

  Callers(CoreRig rig) {
    this.rig = rig;
  }

  <T> Call<T> call(Callable<T> body) {
    return rig.variant.caller == Variant.Caller.PLATFORM ? Call.on(platform, body) : rig.call(body);
  }

  @Override
  public void close() {
    platform.shutdown();
  }
}
