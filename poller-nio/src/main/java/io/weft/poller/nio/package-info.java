/**
 * The reference adapter, on {@link java.nio.channels.Selector}.
 *
 * <p>Operations run on the caller's thread; the loop only waits and tells. The selector is
 * level-triggered: a key's interest is changed only when an event finds nobody waiting, and when
 * somebody waits whose bit is missing.
 */
@NullMarked
package io.weft.poller.nio;

import org.jspecify.annotations.NullMarked;
