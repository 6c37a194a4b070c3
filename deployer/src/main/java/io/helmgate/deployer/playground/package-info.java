/**
 * GraphiQL with a login, for people who want to try the API.
 *
 * <p>In go the bundle that {@code src/main/playground} builds and who issues tokens; out go the
 * page and its assets, to anybody: they hold nothing but what their source has. Knows HTTP, no call
 * of the API.
 */
@NullMarked
package io.helmgate.deployer.playground;

import org.jspecify.annotations.NullMarked;
