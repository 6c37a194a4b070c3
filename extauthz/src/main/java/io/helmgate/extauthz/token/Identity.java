package io.helmgate.extauthz.token;

import java.util.List;

/**
 * A caller as upstreams know him.
 *
 * @param user user name with the provider's prefix
 * @param groups group names with the provider's prefix
 */
public record Identity(String user, List<String> groups) {}
