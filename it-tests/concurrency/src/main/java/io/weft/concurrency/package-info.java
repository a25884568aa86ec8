/** What stress tests of all packages share: actors that meet, and actors that sleep. */
@NullMarked
package io.weft.concurrency;

import org.jspecify.annotations.NullMarked;
