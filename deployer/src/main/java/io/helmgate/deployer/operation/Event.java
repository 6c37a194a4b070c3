package io.helmgate.deployer.operation;

import io.helmgate.deployer.release.ObjectStatus;
import io.helmgate.deployer.release.Phase;
import java.time.Instant;
import java.util.Optional;

/**
 * Something that happened in an operation.
 *
 * @param sequence its number within the operation, from 1
 * @param phase the phase in which it happened
 * @param object the object that it is about; empty when the phase began
 */
public record Event(int sequence, Instant time, Phase phase, Optional<ObjectStatus> object) {}
