/** What runs beside the packaged adapter, on the class path, while it is on the module path. */
@NullMarked
package io.weft.packaged;

import org.jspecify.annotations.NullMarked;
