package io.helmgate.bench.server;

/**
 * A running extauthz.
 *
 * @param admin its admin port
 */
public record ExtAuthz(Contender contender, AdminPage admin) {}
