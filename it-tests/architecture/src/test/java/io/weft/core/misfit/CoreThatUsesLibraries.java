package io.weft.core.misfit;

import com.google.inject.Injector;
import io.weft.poller.nio.misfit.NioType;
import java.lang.foreign.MemorySegment;

/** Breaks: Guice, adapters, foreign memory and anything but the JDK do not belong into the API. */
public abstract class CoreThatUsesLibraries {
  abstract Injector injector();

  abstract NioType adapter();

  abstract MemorySegment memory();
}
