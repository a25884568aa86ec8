/**
 * The adapter on epoll(7), in C behind JNI.
 *
 * <p>Operations run on the caller's thread; the loop only waits and tells. Each descriptor is
 * registered once, edge-triggered, and what the kernel has told is remembered until a system call
 * uses it up.
 */
@NullMarked
package io.weft.poller.epoll;

import org.jspecify.annotations.NullMarked;
