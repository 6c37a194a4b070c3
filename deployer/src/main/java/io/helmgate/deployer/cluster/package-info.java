/**
 * The clusters that are deployed to, whether they answer, and reading from all of them at once.
 * Comes in: a caller. Goes out: what each cluster says. Knows neither protobuf nor the Kubernetes
 * API.
 */
@NullMarked
package io.helmgate.deployer.cluster;

import org.jspecify.annotations.NullMarked;
