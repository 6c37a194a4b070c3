package io.helmgate.extauthz.record;

import io.helmgate.kit.config.Secret;
import java.net.URI;
import java.time.Duration;

/**
 * Where and how records are uploaded.
 *
 * @param url of the service; {@code /logs} is added
 * @param token bearer token; empty when none is needed
 * @param timeout for one upload
 * @param batchBytes most bytes of a batch before compression, unless one record is larger
 * @param batchDelay longest time that a record waits for its batch to fill
 */
public record UploadTarget(
    URI url, Secret token, Duration timeout, long batchBytes, Duration batchDelay) {}
