/**
 * Micro benchmarks, each beside something simple that it is compared with, and the guard that does
 * so. What is private to a package is measured by classes of this module in that package.
 */
@NullMarked
package io.weft.bench.micro;

import org.jspecify.annotations.NullMarked;
