package io.weft.core;

/** The platform thread of a loop; knows its loop, so that code that it runs can ask where it is. */
final class LoopThread extends Thread {
  private final Loop loop;

  LoopThread(Loop loop, String name) {
    super(null, loop::run, name, 0, false);
    this.loop = loop;
    setDaemon(true);
  }

  Loop loop() {
    return loop;
  }
}
