package io.helmgate.extauthz.profile;

import static org.assertj.core.api.Assertions.assertThat;

import io.helmgate.extauthz.call.NamedCalls;
import io.helmgate.extauthz.decision.AuthRequest;
import io.helmgate.extauthz.policy.PolicyOutcome;
import io.helmgate.extauthz.token.Requests;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ProfilesTest {

  private static final Map<String, ProfileMatch> MATCHES =
      Map.of(
          "charts", new ProfileMatch(List.of("charts.example.com"), List.of()),
          "uploads", new ProfileMatch(List.of("Charts.example.com"), List.of("/api", "/v2/")),
          "below", new ProfileMatch(List.of("*.example.com"), List.of()),
          "deeper", new ProfileMatch(List.of("*.eu.example.com"), List.of()),
          "admin", new ProfileMatch(List.of(), List.of("/admin")),
          "v6", new ProfileMatch(List.of("[::1]"), List.of("/six")));

  private final Profiles profiles = profiles(MATCHES);

  @ParameterizedTest
  @CsvSource({
    "charts.example.com,      /,             charts",
    "CHARTS.example.com.:443, /index.yaml,   charts",
    "charts.example.com,      /api,          uploads",
    "charts.example.com,      /api/charts?x, uploads",
    "charts.example.com,      /apix,         charts",
    "charts.example.com,      /v2,           uploads",
    "charts.example.com,      /admin,        charts",
    "charts.example.com,      /%61pi/charts, uploads",
    "charts.example.com,      /%2561pi,      charts",
    "a.example.com,           /admin,        below",
    "a.eu.example.com,        /,             deeper",
    "example.com,             /,             default",
    ".example.com.evil,       /,             refused",
    "other.org,               /admin/x,      admin",
    "other.org,               /Admin/x,      default",
    "other.org,               /x,            default",
    "[::1]:8080,              /six,          v6",
    "'',                      /,             default"
  })
  void theMostSpecificHostAndThenTheLongestPathChooses(String host, String path, String expected) {
    assertThat(chosen(profiles, request(Optional.empty(), host, path))).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "//admin",
        "/x/../admin",
        "/x/./admin",
        "/admin;x",
        "/x%2f..%2fadmin",
        "/%2e%2e/admin",
        "/x\\admin",
        "/admin%",
        "/admin%zz",
        "/%c0%afadmin",
        "admin",
        "*",
        "/x#/admin",
        ""
      })
  void aPathThatServersReadDifferentlyIsRefusedWhereItWouldChoose(String path) {
    assertThat(chosen(profiles, request(Optional.empty(), "other.org", path))).isEqualTo("refused");
  }

  @Test
  void whereNoPathChoosesItMayBeOfAnyForm() {
    Profiles byHost =
        profiles(Map.of("charts", new ProfileMatch(List.of("charts.example.com"), List.of())));

    assertThat(chosen(byHost, request(Optional.empty(), "charts.example.com", "//a;b/../c")))
        .isEqualTo("charts");
    assertThat(chosen(profiles(Map.of()), request(Optional.empty(), "a b", "//a")))
        .isEqualTo("default");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "charts.example.com:x", "charts.example.com:1:2", "a..b", "a@b"})
  void aHostThatIsNoneIsRefusedWhereItWouldChoose(String host) {
    assertThat(chosen(profiles, request(Optional.empty(), host, "/"))).isEqualTo("refused");
  }

  @Test
  void theRoutesWordGoesBeforeHostAndPath() {
    assertThat(chosen(profiles, request(Optional.of("below"), "charts.example.com", "//api;/../x")))
        .isEqualTo("below");
    assertThat(chosen(profiles, request(Optional.of("nobody"), "charts.example.com", "/api")))
        .isEqualTo("unknown");
    assertThat(chosen(profiles, request(Optional.of(""), "charts.example.com", "/api")))
        .isEqualTo("unknown");
  }

  @Test
  void withoutADefaultWhatNothingMatchesIsUnknown() {
    Profiles only =
        new Profiles(
            Map.of("charts", profile("charts")),
            Map.of("charts", new ProfileMatch(List.of("charts.example.com"), List.of())));

    assertThat(chosen(only, request(Optional.empty(), "other.org", "/"))).isEqualTo("unknown");
  }

  private static String chosen(Profiles profiles, AuthRequest request) {
    return switch (profiles.choose(request)) {
      case Profiles.Choice.Chosen(Profile profile) -> profile.name();
      case Profiles.Choice.Unknown ignored -> "unknown";
      case Profiles.Choice.Ambiguous ignored -> "refused";
    };
  }

  private static AuthRequest request(Optional<String> profile, String host, String path) {
    AuthRequest get = Requests.get(path, Map.of());
    return new AuthRequest(
        get.id(),
        profile,
        new AuthRequest.Line("GET", "https", host, path),
        get.headers(),
        get.body(),
        get.source(),
        get.attributes());
  }

  private static Profiles profiles(Map<String, ProfileMatch> matches) {
    Map<String, Profile> byName = new LinkedHashMap<>();
    byName.put("default", profile("default"));
    matches.keySet().forEach(name -> byName.put(name, profile(name)));
    return new Profiles(byName, matches);
  }

  private static Profile profile(String name) {
    Profile one =
        PipelineFixture.profile(
            new FakePolicy(input -> new PolicyOutcome.Undefined()),
            new NamedCalls(),
            Optional.empty());
    return new Profile(
        name,
        one.authenticator(),
        one.limits(),
        one.calls(),
        one.policy(),
        one.query(),
        one.style(),
        one.assertion());
  }
}
