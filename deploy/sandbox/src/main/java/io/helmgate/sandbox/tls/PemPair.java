package io.helmgate.sandbox.tls;

import java.nio.file.Path;

/** A certificate and its private key, in PEM files. */
public record PemPair(Path certificate, Path key) {}
