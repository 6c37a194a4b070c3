package io.helmgate.deployer.release;

/** All that is needed to know what Helm would do. */
public record Rehearsal(Renderer renderer, Preflight preflight, Manifests manifests) {}
