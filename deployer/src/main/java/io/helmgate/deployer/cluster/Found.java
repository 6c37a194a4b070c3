package io.helmgate.deployer.cluster;

/** Something, and the name of the cluster that it is on. */
public record Found<T>(String cluster, T item) {}
