/** Linux's system calls for Java, without a native file: what the C library is to a C program. */
@NullMarked
package io.weft.poller.iouring.ring.sys;

import org.jspecify.annotations.NullMarked;
