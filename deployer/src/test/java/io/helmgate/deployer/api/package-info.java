/** The API on a real port, called as its clients call it. */
@NullMarked
package io.helmgate.deployer.api;

import org.jspecify.annotations.NullMarked;
