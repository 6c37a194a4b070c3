package io.helmgate.deployer.helm;

import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Reason;
import io.helmgate.deployer.release.ReleaseRef;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What Helm's error texts mean. The engine reports every failure as text only; the texts were
 * observed with Helm 3.21. Of a text only such parts are passed on as come from the cluster, the
 * chart or the request.
 */
final class EngineFailures {
  private static final int MAX_DETAIL = 1000;

  private record Rule(Pattern pattern, Reason reason, Function<MatchResult, String> explanation) {}

  /** The first one found in a text decides. */
  private static final List<Rule> RULES =
      List.of(
          // The chart and the values.
          rule("invalid release name", Reason.INVALID_ARGUMENT, "its name is invalid"),
          rule(
              "values don't meet the specifications of the schema(?s:(.*))",
              Reason.INVALID_ARGUMENT,
              match -> "the values don't meet the chart's schema: " + violations(match.group(1))),
          rule(
              "execution error at \\(([^)]{1,300})\\): ((?s:.*))",
              Reason.INVALID_ARGUMENT,
              match -> "the chart refuses the values at " + match.group(1) + ": " + match.group(2)),
          rule(
              "(?:template: |parse error at \\()([^:\\n]{1,300}):([0-9]+)",
              Reason.INVALID_ARGUMENT,
              match ->
                  "the chart's template "
                      + match.group(1)
                      + " fails at line "
                      + match.group(2)
                      + " with these values"),
          rule(
              "YAML parse error on ([^:\\n]{1,300}):",
              Reason.INVALID_ARGUMENT,
              match -> "the chart's template " + match.group(1) + " gives no YAML"),
          rule(
              "(\\w+) charts are not installable",
              Reason.INVALID_ARGUMENT,
              match -> "a chart of type " + match.group(1) + " cannot be installed"),
          rule(
              "missing in charts/ directory: ([^\\n]*)",
              Reason.FAILED_PRECONDITION,
              match -> "the chart's archive lacks its dependencies " + match.group(1)),
          rule(
              "chart requires kubeVersion: ([^\\n]*) which is incompatible with Kubernetes (\\S+)",
              Reason.FAILED_PRECONDITION,
              match ->
                  "the chart requires Kubernetes "
                      + match.group(1)
                      + " (the cluster has "
                      + match.group(2)
                      + ")"),
          rule(
              "Chart\\.yaml file is missing|chart metadata is missing|validation: chart\\.",
              Reason.INVALID_ARGUMENT,
              "the archive holds no valid chart"),
          rule(
              "path \"[^\"]*\" not found|failed to download|repo \\S+ not found",
              Reason.NOT_FOUND,
              "the chart is not there"),
          // The release.
          rule(
              "cannot re-use a name that is still in use",
              Reason.ALREADY_EXISTS,
              "exists already (expected: a free name)"),
          rule(
              "another operation \\(install/upgrade/rollback\\) is in progress"
                  + "|secrets \"sh\\.helm\\.release\\.v1\\.[^\"]*\" already exists",
              Reason.ABORTED,
              "another operation is under way"),
          rule(
              "has no deployed releases",
              Reason.FAILED_PRECONDITION,
              "none of its revisions is deployed"),
          rule("release: not found", Reason.NOT_FOUND, "not found"),
          rule(
              "failed to delete release",
              Reason.FAILED_PRECONDITION,
              "not all of its objects could be deleted"),
          rule("is already deleted", Reason.NOT_FOUND, "not found"),
          rule(
              "(\\S+ \"[^\"]+\") in namespace \"[^\"]*\" exists and cannot be imported",
              Reason.FAILED_PRECONDITION,
              match -> match.group(1) + " exists and does not belong to this release"),
          rule(
              "must have at most 1048576|[Rr]equest entity too large",
              Reason.FAILED_PRECONDITION,
              "its record or an object is larger than the cluster stores"),
          // The cluster.
          rule(
              "cannot impersonate|cluster unreachable: unknown$",
              Reason.PERMISSION_DENIED,
              "the cluster does not let this user, or one of its groups, be acted for"),
          rule(
              "([^\\s:]+ \"[^\"]*\" is forbidden: [^\\n]*exceeded quota[^\\n]*)",
              Reason.RESOURCE_EXHAUSTED,
              match -> match.group(1)),
          // For a kind that it does not know, Helm looks among the definitions, which few may list.
          rule(
              "failed to check CRD",
              Reason.FAILED_PRECONDITION,
              "the cluster does not know a kind or version that the chart uses"),
          rule(
              "([^\\s:]+(?: \"[^\"]*\")? is forbidden: [^\\n]*)",
              Reason.PERMISSION_DENIED,
              match -> match.group(1)),
          rule(
              "(admission webhook \"[^\"]*\" denied the request[^\\n]*)",
              Reason.FAILED_PRECONDITION,
              match -> match.group(1)),
          rule("(namespaces \"[^\"]*\" not found)", Reason.NOT_FOUND, match -> match.group(1)),
          rule(
              "no matches for kind \"([^\"]*)\" in version \"([^\"]*)\"",
              Reason.FAILED_PRECONDITION,
              match -> "the cluster knows no " + match.group(1) + " in " + match.group(2)),
          rule(
              "(\\S+ \"[^\"]+\" is invalid: [^\\n]*)",
              Reason.INVALID_ARGUMENT,
              match -> match.group(1)),
          rule(
              "(?:error validating data|strict decoding error): ([^\\n]*)",
              Reason.INVALID_ARGUMENT,
              match -> "an object of the chart is invalid: " + match.group(1)),
          rule("(\\S+ \"[^\"]+\" already exists)", Reason.FAILED_PRECONDITION, m -> m.group(1)),
          rule(
              "(?:job|pod) (\\S+) failed",
              Reason.FAILED_PRECONDITION,
              match -> "its hook " + match.group(1) + " failed"),
          rule(
              "deadline exceeded|timed out|Client\\.Timeout",
              Reason.DEADLINE_EXCEEDED,
              "not done in time"),
          rule("context canceled", Reason.UNAVAILABLE, "the service is stopping"),
          rule(
              "cluster unreachable|could not get apiVersions|connection refused|connection reset"
                  + "|no such host|i/o timeout|http2: |server is currently unable",
              Reason.UNAVAILABLE,
              "the Kubernetes API cannot be reached"));

  private EngineFailures() {}

  /** What a text means; empty when it is none of those known. */
  static Optional<Outcome.Failure<ReleaseRef>> of(ReleaseRef ref, String text) {
    for (Rule rule : RULES) {
      Matcher matcher = rule.pattern().matcher(text);
      if (matcher.find()) {
        String explanation = rule.explanation().apply(matcher.toMatchResult());
        return Optional.of(
            new Outcome.Failure<>(rule.reason(), "release " + ref + ": " + plain(explanation)));
      }
    }
    return Optional.empty();
  }

  private static Rule rule(String pattern, Reason reason, String explanation) {
    return rule(pattern, reason, _ -> explanation);
  }

  private static Rule rule(
      String pattern, Reason reason, Function<MatchResult, String> explanation) {
    return new Rule(Pattern.compile(pattern), reason, explanation);
  }

  /** Of the validator's lines, those that name a value; the others name files. */
  private static String violations(String lines) {
    return lines
        .lines()
        .map(String::strip)
        .filter(line -> line.startsWith("- at "))
        .map(line -> line.substring(2))
        .collect(Collectors.joining("; "));
  }

  private static String plain(String text) {
    String line =
        text.lines()
            .map(String::strip)
            .filter(part -> !part.isEmpty())
            .collect(Collectors.joining("; "));
    return line.length() > MAX_DETAIL ? line.substring(0, MAX_DETAIL) + "…" : line;
  }
}
