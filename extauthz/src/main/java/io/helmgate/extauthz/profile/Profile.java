package io.helmgate.extauthz.profile;

import io.helmgate.extauthz.call.CallReader;
import io.helmgate.extauthz.limits.CallerLimits;
import io.helmgate.extauthz.policy.Policy;
import io.helmgate.extauthz.reply.ResponseStyle;
import io.helmgate.extauthz.token.Authenticator;
import java.util.Optional;

/**
 * A named way to decide requests.
 *
 * @param name name in the configuration
 * @param authenticator finds out who calls
 * @param limits what a caller may use up
 * @param calls finds the calls of a request
 * @param policy decides
 * @param query what the policy is asked, for the record
 * @param style writes refusals
 * @param assertion tells the upstream who calls; empty when the profile does not
 */
public record Profile(
    String name,
    Authenticator authenticator,
    CallerLimits limits,
    CallReader calls,
    Policy policy,
    String query,
    ResponseStyle style,
    Optional<AssertionMint> assertion) {}
