/**
 * YAML as Helm and the API server read it. Texts of anybody come in; maps, lists and plain values
 * as JSON has them go out, never more than a stated number of them. Knows nothing of charts or
 * releases.
 */
@NullMarked
package io.helmgate.deployer.yaml;

import org.jspecify.annotations.NullMarked;
