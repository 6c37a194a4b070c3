package io.helmgate.extauthz.limits.rate;

/**
 * How many calls are allowed.
 *
 * @param perOrganisation for all users of an organisation
 * @param perUser for one user, or for one address without a token
 */
public record RateRules(Limit perOrganisation, Limit perUser) {

  /**
   * A limit.
   *
   * @param scope who has it of their own, such as a profile; empty where it is shared
   * @param perMinute calls per minute
   */
  public record Limit(String scope, long perMinute) {}
}
