package io.helmgate.deployer.release;

/**
 * Something in a request that breaks a rule which is only known while it is carried out.
 *
 * @param field path in the request, such as {@code values.image.tag}
 * @param description what is wrong and what is expected; quotes no value
 */
public record Violation(String field, String description) {}
