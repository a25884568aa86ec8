/** What every service of the server is: on which addresses it listens, and how it ends. */
@NullMarked
package io.weft.server.service;

import org.jspecify.annotations.NullMarked;
