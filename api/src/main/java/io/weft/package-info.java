/**
 * What users call: {@link io.weft.Net} opens listeners and dials, {@link io.weft.Listener} accepts,
 * {@link io.weft.Conn} reads and writes.
 *
 * <p>All calls block the calling thread and nothing else. Every method of every type here may be
 * called from any thread, virtual or platform.
 */
@NullMarked
package io.weft;

import org.jspecify.annotations.NullMarked;
