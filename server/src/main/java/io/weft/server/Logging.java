package io.weft.server;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;

/** The log's level; all else about the log is in logback.xml. */
final class Logging {
  private Logging() {}

  static void verbose() {
    if (LoggerFactory.getLogger("io.weft") instanceof Logger logger) {
      logger.setLevel(Level.DEBUG);
    }
  }
}
