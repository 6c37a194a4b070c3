package io.helmgate.deployer.release;

/**
 * What is known of one object of a release.
 *
 * @param missing what it lacks to be ready, such as {@code 1 of 2 pods ready}; empty when it is
 *     ready
 */
public record ObjectStatus(
    String apiVersion, String kind, String namespace, String name, boolean ready, String missing) {}
