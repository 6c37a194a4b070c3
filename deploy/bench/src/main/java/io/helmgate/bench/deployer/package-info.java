/** The deployer beside the {@code helm} program, each on the same API server and repository. */
@NullMarked
package io.helmgate.bench.deployer;

import org.jspecify.annotations.NullMarked;
