package io.helmgate.deployer.catalog;

import io.helmgate.deployer.release.ChartMetadata;
import java.time.Instant;
import java.util.Optional;

/**
 * A version of a chart as its repository lists it. Texts that are not known are empty.
 *
 * @param metadata its name is {@code REPO/NAME}
 * @param type {@code application} or {@code library}
 * @param kubeVersion range of Kubernetes versions
 * @param digest {@code sha256:} and 64 hexadecimal digits
 */
public record ChartListing(
    ChartMetadata metadata,
    String appVersion,
    String type,
    String kubeVersion,
    Optional<Instant> created,
    String digest) {}
