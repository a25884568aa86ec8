/**
 * Which upstream a session of the proxy goes to, and how it gets there: balancing, limits with a
 * queue, health by checks and by experience.
 */
@NullMarked
package io.weft.server.upstream;

import org.jspecify.annotations.NullMarked;
