package io.weft.core;

import io.weft.Scheduling;

/** The manners of pollers times the kinds of threads that call the core. */
enum Variant {
  READINESS_CARRIED(true, Caller.CARRIED),
  READINESS_VIRTUAL(true, Caller.VIRTUAL),
  READINESS_PLATFORM(true, Caller.PLATFORM),
  COMPLETION_CARRIED(false, Caller.CARRIED),
  COMPLETION_VIRTUAL(false, Caller.VIRTUAL),
  COMPLETION_PLATFORM(false, Caller.PLATFORM);

  /** What runs the caller. */
  enum Caller {
    CARRIED,
    VIRTUAL,
    PLATFORM
  }

  final boolean anyThread;
  final Caller caller;

  Variant(boolean anyThread, Caller caller) {
    this.anyThread = anyThread;
    this.caller = caller;
  }

  /** The scheduling of a net whose handlers are such callers. */
  Scheduling scheduling() {
    return caller == Caller.CARRIED ? Scheduling.ON_LOOP : Scheduling.JDK;
  }
}
