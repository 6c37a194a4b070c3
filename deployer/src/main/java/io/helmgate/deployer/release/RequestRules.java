package io.helmgate.deployer.release;

import java.util.Optional;
import java.util.regex.Pattern;

/** What requests must look like; each rule names the field and what is expected. */
final class RequestRules {
  /** A DNS-1123 label. */
  private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

  /** Helm's own rule for release names (chartutil.ValidateReleaseName). */
  private static final Pattern NAME =
      Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");

  private static final Pattern CHART =
      Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*/[A-Za-z0-9][A-Za-z0-9._-]*");
  private static final Pattern REQUEST_ID = Pattern.compile("[\\x21-\\x7e]{1,128}");
  private static final int NAME_LENGTH = 53;

  private RequestRules() {}

  static Outcome<ReleaseRef> check(ReleaseRef ref) {
    if (!NAMESPACE.matcher(ref.namespace()).matches()) {
      return invalid("namespace", ref.namespace(), "a DNS label of 1 to 63 characters [-a-z0-9]");
    }
    if (ref.name().length() > NAME_LENGTH || !NAME.matcher(ref.name()).matches()) {
      return invalid(
          "release name",
          ref.name(),
          "1 to 53 characters [-.a-z0-9], a letter or digit at the ends");
    }
    return Outcome.success(ref);
  }

  static Outcome<ReleaseRef> check(DeployRequest request) {
    if (!CHART.matcher(request.chart()).matches()) {
      return invalid("chart", request.chart(), "REPO/NAME of a configured repository");
    }
    Optional<String> badId = request.requestId().filter(id -> !REQUEST_ID.matcher(id).matches());
    if (badId.isPresent()) {
      return invalid("request id", badId.get(), "1 to 128 printable ASCII characters, no blanks");
    }
    if (request.timeout().isNegative() || request.timeout().isZero()) {
      return invalid("timeout", request.timeout().toString(), "more than 0");
    }
    return check(request.ref());
  }

  static Outcome<ReleaseQuery> check(ReleaseQuery query) {
    if (query.namespace().isPresent() && !NAMESPACE.matcher(query.namespace().get()).matches()) {
      return invalid("namespace", query.namespace().get(), "a DNS label, or none for all");
    }
    if (query.limit() < 0 || query.offset() < 0) {
      return invalid("limit and offset", query.limit() + " and " + query.offset(), "not negative");
    }
    return Outcome.success(query);
  }

  private static <T> Outcome<T> invalid(String field, String value, String expected) {
    String shown = value.length() > 80 ? value.substring(0, 80) + "…" : value;
    return Outcome.failure(
        Reason.INVALID_ARGUMENT, field + ": \"" + shown + "\" (expected: " + expected + ")");
  }
}
