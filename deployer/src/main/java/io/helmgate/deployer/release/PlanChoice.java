package io.helmgate.deployer.release;

/**
 * The plan that a write is to carry out.
 *
 * @param digest of a preview
 * @param allowUnreproducible whether it may be one that Helm would not render alike
 */
public record PlanChoice(String digest, boolean allowUnreproducible) {}
