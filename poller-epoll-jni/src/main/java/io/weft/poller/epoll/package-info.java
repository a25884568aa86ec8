/** The adapter on epoll. */
@NullMarked
package io.weft.poller.epoll;

import org.jspecify.annotations.NullMarked;
