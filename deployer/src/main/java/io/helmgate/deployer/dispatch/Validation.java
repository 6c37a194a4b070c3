package io.helmgate.deployer.dispatch;

import io.helmgate.deployer.fault.FieldViolation;
import java.util.List;

/** A request message, read. */
sealed interface Validation<T> {

  record Valid<T>(T value) implements Validation<T> {}

  record Invalid<T>(List<FieldViolation> violations) implements Validation<T> {}
}
