/**
 * A real Kubernetes API without nodes: etcd, API server, controllers and scheduler, with kwok
 * playing the nodes.
 *
 * <p>In: the programs, a directory, free ports. Out: kubeconfigs, kubectl and helm. Knows the names
 * of the sandbox's users only by the objects in its resources.
 */
@NullMarked
package io.helmgate.sandbox.cluster;

import org.jspecify.annotations.NullMarked;
