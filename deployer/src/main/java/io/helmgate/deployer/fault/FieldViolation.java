package io.helmgate.deployer.fault;

/**
 * A rule that a field of a request breaks.
 *
 * @param field path in the request message, such as {@code ref.name}
 * @param description what is wrong and what is expected
 */
public record FieldViolation(String field, String description) {}
