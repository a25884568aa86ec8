/**
 * The proof of the poller port: what {@link io.weft.spi} promises, checked on real sockets against
 * any adapter, without the core.
 */
@NullMarked
package io.weft.tck.port;

import org.jspecify.annotations.NullMarked;
