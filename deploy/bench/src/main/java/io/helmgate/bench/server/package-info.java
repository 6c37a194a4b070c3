/** What is measured, each a process of its own that ends with this one. */
@NullMarked
package io.helmgate.bench.server;

import org.jspecify.annotations.NullMarked;
