package io.helmgate.extauthz.profile;

import io.helmgate.extauthz.decision.AuthRequest;
import io.helmgate.kit.call.NormalPath;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** All profiles, and which request takes which. */
public final class Profiles {

  /** The profile of a request that no route and no match gives another one. */
  public static final String DEFAULT = "default";

  private static final Pattern HOST =
      Pattern.compile("(\\[[0-9a-f:.]+]|[a-z0-9_-]+(?:\\.[a-z0-9_-]+)*+|)\\.?(:[0-9]{1,5})?");

  private final Map<String, Profile> byName;
  private final Map<String, ProfileMatch> matches;
  private final boolean byHost;

  /**
   * Makes the choice.
   *
   * @param matches by name of the profile; one without needs a route that names it
   */
  public Profiles(Map<String, Profile> byName, Map<String, ProfileMatch> matches) {
    this.byName = Map.copyOf(byName);
    this.matches = Map.copyOf(matches);
    this.byHost = matches.values().stream().anyMatch(match -> !match.hosts().isEmpty());
  }

  /** All of them by name. */
  public Map<String, Profile> byName() {
    return byName;
  }

  /** Which profile a request takes. */
  sealed interface Choice {
    record Chosen(Profile profile) implements Choice {}

    /** There is no such profile; it never becomes the default one. */
    record Unknown(String name) implements Choice {}

    /**
     * Nobody can tell, since servers may disagree on the request.
     *
     * @param message what is wrong, fit for the client
     */
    record Ambiguous(String message) implements Choice {}
  }

  private record Candidate(String name, ProfileMatch match, int hostRank) {}

  Choice choose(AuthRequest request) {
    Optional<String> byRoute = request.profile();
    if (byRoute.isPresent()) {
      return named(byRoute.get());
    }
    if (matches.isEmpty()) {
      return named(DEFAULT);
    }
    Matcher host = HOST.matcher(request.line().host().toLowerCase(Locale.ROOT));
    if (byHost && !host.matches()) {
      return new Choice.Ambiguous("host: not a host with an optional port");
    }
    List<Candidate> candidates = candidates(byHost ? host.group(1) : "");
    if (candidates.stream().allMatch(candidate -> candidate.match().pathPrefixes().isEmpty())) {
      return best(candidates, "/");
    }
    return NormalPath.of(request.line().path())
        .map(path -> best(candidates, path.decoded()))
        .orElseGet(
            () ->
                new Choice.Ambiguous(
                    "path: not normalized (expected: no empty or dot segments, no ; or \\, and no"
                        + " %2F, %5C, %3B or %2E)"));
  }

  private List<Candidate> candidates(String host) {
    return matches.entrySet().stream()
        .flatMap(
            entry -> {
              OptionalInt rank = entry.getValue().hostRank(host);
              return rank.stream()
                  .mapToObj(found -> new Candidate(entry.getKey(), entry.getValue(), found));
            })
        .toList();
  }

  private Choice best(List<Candidate> candidates, String path) {
    return candidates.stream()
        .filter(candidate -> candidate.match().pathRank(path).isPresent())
        .max(
            Comparator.comparingInt(Candidate::hostRank)
                .thenComparingInt(candidate -> candidate.match().pathRank(path).orElse(0)))
        .map(candidate -> named(candidate.name()))
        .orElseGet(() -> named(DEFAULT));
  }

  private Choice named(String name) {
    Profile profile = byName.get(name);
    return profile == null ? new Choice.Unknown(name) : new Choice.Chosen(profile);
  }
}
