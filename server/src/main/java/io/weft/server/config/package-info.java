/** The configuration file: what it says, or everything that is wrong with it. */
@NullMarked
package io.weft.server.config;

import org.jspecify.annotations.NullMarked;
