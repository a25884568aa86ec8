/**
 * What an adapter costs by itself: the poller port without the core and without virtual threads.
 */
@NullMarked
package io.weft.bench.port;

import org.jspecify.annotations.NullMarked;
