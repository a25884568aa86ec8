package io.weft.tck.soak;

/**
 * What goes over a connection in one direction.
 *
 * @param bytes what all streams carry
 * @param stream which of them
 * @param tally where it is counted
 */
record Carried(Bytes bytes, Stream stream, Tally tally) {}
