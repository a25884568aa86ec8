/**
 * The system calls of a net's own thread, as strace(1) sees them: a process of its own echoes, and
 * the test that started it is its client.
 */
@NullMarked
package io.weft.tck.trace;

import org.jspecify.annotations.NullMarked;
