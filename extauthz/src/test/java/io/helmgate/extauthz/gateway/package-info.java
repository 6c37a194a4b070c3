/** extauthz alone, behind a real Envoy, in front of upstreams that are not Helmgate's. */
@NullMarked
package io.helmgate.extauthz.gateway;

import org.jspecify.annotations.NullMarked;
