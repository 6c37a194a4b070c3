/**
 * What the deployer does, in its own words: releases and charts, the use cases on them, and the
 * ports they need. Calls come in from the transports as domain records; work goes out through the
 * ports. Knows no transport, no Kubernetes or Helm type and no JSON library.
 */
@NullMarked
package io.helmgate.deployer.release;

import org.jspecify.annotations.NullMarked;
