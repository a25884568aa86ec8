/**
 * The port that a poller adapter implements, and the little that adapters share.
 *
 * <p>The port speaks in operations with results: starting one returns a value now or {@link
 * io.weft.spi.Completion#PENDING}, and exactly one completion follows a PENDING. How an adapter
 * learns that a socket is ready is its private matter.
 */
@NullMarked
package io.weft.spi;

import org.jspecify.annotations.NullMarked;
