/**
 * What the server tells of itself over HTTP: whether it is ready, what it does, what it has done.
 */
@NullMarked
package io.weft.server.admin;

import org.jspecify.annotations.NullMarked;
