package io.helmgate.deployer.audit;

/**
 * What a call asked for. Texts that it does not say are empty.
 *
 * @param chart {@code REPO/NAME}
 * @param version the chart version that was asked for
 * @param valuesDigest {@code sha256:} and the hexadecimal digest of the values as JSON with sorted
 *     names
 */
public record AuditTarget(
    String cluster,
    String namespace,
    String release,
    String chart,
    String version,
    String valuesDigest) {}
