/** What all servers are asked: keys, tokens, policies and requests, made anew for each run. */
@NullMarked
package io.helmgate.bench.scene;

import org.jspecify.annotations.NullMarked;
