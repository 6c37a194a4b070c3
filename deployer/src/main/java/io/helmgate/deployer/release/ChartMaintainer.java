package io.helmgate.deployer.release;

/** A person or organisation that looks after a chart. */
public record ChartMaintainer(String name, String email) {}
