/**
 * The poller on io_uring: one ring per loop, receives into memory that the ring lends, everything
 * that one iteration starts handed over in one {@code io_uring_enter}. What a ring is, and whether
 * there is one, is told by the package below, which does not know this one.
 */
@NullMarked
package io.weft.poller.iouring;

import org.jspecify.annotations.NullMarked;
