/** What other stacks do with the same work. */
@NullMarked
package io.weft.bench.peers;

import org.jspecify.annotations.NullMarked;
