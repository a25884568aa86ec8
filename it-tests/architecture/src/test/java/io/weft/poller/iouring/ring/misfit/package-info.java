/** Classes that break a rule on purpose, so that a test sees the rule bite. */
@NullMarked
package io.weft.poller.iouring.ring.misfit;

import org.jspecify.annotations.NullMarked;
