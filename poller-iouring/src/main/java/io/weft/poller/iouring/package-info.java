/**
 * The poller on io_uring: one ring per loop, receives into memory that the ring lends, everything
 * that one iteration starts handed over in one {@code io_uring_enter}.
 *
 * <p>Numbers and layouts are those of {@code linux/io_uring.h}, io_uring_setup(2),
 * io_uring_enter(2) and io_uring_register(2).
 */
@NullMarked
package io.weft.poller.iouring;

import org.jspecify.annotations.NullMarked;
