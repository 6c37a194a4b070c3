package io.helmgate.kit.assertion;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Who calls and what was allowed.
 *
 * @param subject user name, prefixed by its provider ({@code keycloak:alice})
 * @param groups group names, prefixed likewise
 * @param audience the one upstream that may accept it
 * @param decisionId id of the decision in extauthz's record
 * @param callDigest {@link io.helmgate.kit.call.CallDigest} of the allowed calls; empty when bound
 *     to the token only
 * @param tokenExpiresAt end of the caller's token ({@code token_exp}), after which nothing may go
 *     on in its name; empty when it has none
 * @param id unique id ({@code jti})
 * @param issuedAt time of signing
 * @param expiresAt end of validity, at most 60 s later
 */
public record Assertion(
    String subject,
    List<String> groups,
    String audience,
    String decisionId,
    Optional<String> callDigest,
    Optional<Instant> tokenExpiresAt,
    String id,
    Instant issuedAt,
    Instant expiresAt) {}
