package io.helmgate.kit.tls;

import java.nio.file.Path;

/**
 * Where a part's TLS identity lies, in PEM.
 *
 * @param certificate own certificate, followed by its intermediates
 * @param key its private key (PKCS #8)
 * @param authorities certificates of those who may sign a peer's
 */
public record TlsFiles(Path certificate, Path key, Path authorities) {}
