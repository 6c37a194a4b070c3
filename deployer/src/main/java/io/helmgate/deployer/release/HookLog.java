package io.helmgate.deployer.release;

/**
 * What a container of a hook has written.
 *
 * @param hook the hook's name
 * @param text its last lines
 * @param error why the text is missing; empty when it is not
 */
public record HookLog(String hook, String pod, String container, String text, String error) {}
