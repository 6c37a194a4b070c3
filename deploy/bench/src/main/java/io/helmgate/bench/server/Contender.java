package io.helmgate.bench.server;

import io.helmgate.sandbox.process.ServerProcess;

/**
 * A running server that is measured.
 *
 * @param port where it is asked
 */
public record Contender(String name, int port, ServerProcess process) {}
