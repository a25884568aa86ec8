package io.weft.spi;

/** The two directions of a handle; at most one operation of each is pending at a time. */
public enum Direction {
  /** Read, wait for readability, accept. */
  READ,
  /** Write, connect. */
  WRITE
}
