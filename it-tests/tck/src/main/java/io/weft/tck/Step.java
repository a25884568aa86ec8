package io.weft.tck;

/** A call without a result. */
@FunctionalInterface
interface Step {
  void run() throws Exception;
}
