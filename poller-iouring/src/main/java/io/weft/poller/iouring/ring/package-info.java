/**
 * Linux's io_uring for Java: what liburing is to a C program. Rings, submissions, buffers that a
 * ring lends, operations in flight, and whether this kernel has it all, or why not.
 *
 * <p>It knows nothing of the port that the package above implements with it, only the kernel's
 * error numbers, as {@code Errno} and {@code ErrnoException} of {@code io.weft.spi}. Not exported;
 * public is what the adapter needs.
 *
 * <p>Numbers and layouts are those of {@code linux/io_uring.h}, io_uring_setup(2),
 * io_uring_enter(2) and io_uring_register(2).
 */
@NullMarked
package io.weft.poller.iouring.ring;

import org.jspecify.annotations.NullMarked;
