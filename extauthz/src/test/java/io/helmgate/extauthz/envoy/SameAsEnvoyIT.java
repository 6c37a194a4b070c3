package io.helmgate.extauthz.envoy;

import static org.assertj.core.api.Assertions.assertThat;

import io.helmgate.extauthz.envoy.TwoGates.Gate;
import io.helmgate.extauthz.envoy.TwoGates.Seen;
import io.helmgate.extauthz.envoy.TwoGates.Way;
import io.helmgate.extauthz.token.TestKeys;
import io.helmgate.extauthz.token.TokenTable;
import io.helmgate.extauthz.token.TokenTable.Difference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The same request through one real Envoy twice: decided by its own jwt_authn filter, and by
 * extauthz. Status, body and challenge are the same, and so is what the upstream gets to see.
 */
final class SameAsEnvoyIT {

  private static final int SLACK_SECONDS = 25;

  @TempDir private static Path directory;
  private static TwoGates gates;

  @BeforeAll
  static void start() throws Exception {
    gates =
        new TwoGates(
            directory, Stream.concat(placeGates().stream(), claimGates().stream()).toList());
  }

  /** Gates that differ in where the token stands and whether it is needed. */
  private static List<Gate> placeGates() {
    String one = provider("A", "\"audiences\": [\"helmgate\"]");
    return List.of(
        gate("one", own("a", "A", "audiences: [helmgate]"), one),
        gate("forward", own("a", "A", "forwardToken: true"), provider("A", "\"forward\": true")),
        gate(
            "lenient",
            "validationMode: AllowMissing, " + own("a", "A", "audiences: [helmgate]"),
            one,
            "{\"requires_any\": {\"requirements\": [{\"provider_name\": \"lenient-0\"},"
                + " {\"allow_missing\": {}}]}}"),
        gate(
            "header",
            own("a", "A", "tokenSource: {header: {header: X-Token, prefix: 'JWT '}}"),
            provider(
                "A", "\"from_headers\": [{\"name\": \"X-Token\", \"value_prefix\": \"JWT \"}]")),
        gate(
            "bare",
            own("a", "A", "tokenSource: {header: {header: x-token}}"),
            provider("A", "\"from_headers\": [{\"name\": \"x-token\"}]")),
        gate(
            "query",
            own("a", "A", "tokenSource: {queryParameter: t}"),
            provider("A", "\"from_params\": [\"t\"]")));
  }

  /** Gates that differ in what the token must claim and what becomes of it. */
  private static List<Gate> claimGates() {
    String one = provider("A", "\"audiences\": [\"helmgate\"]");
    String claims =
        "{\"claim_name\": \"%1$s\", \"header_name\": \"x-%2$s\"}"
            .transform(SameAsEnvoyIT::forEachClaim);
    return List.of(
        gate(
            "rules",
            own(
                "a",
                "A",
                "audiences: [helmgate], requireExpiration: true, maxLifetime: 1h,"
                    + " subjects: ['al*']"),
            provider(
                "A",
                "\"audiences\": [\"helmgate\"], \"require_expiration\": true,"
                    + " \"max_lifetime\": \"3600s\", \"subjects\": {\"prefix\": \"al\"}")),
        gate(
            "claims",
            own(
                "a",
                "A",
                "claimsToHeaders: [" + forEachClaim("{name: %1$s, header: x-%2$s}") + "]"),
            provider("A", "\"claim_to_headers\": [" + claims + "]")),
        new Gate(
            "two",
            "{providers: ["
                + ownProvider("a", "A", "audiences: [helmgate]")
                + ", "
                + ownProvider("b", "B", "audiences: [other]")
                + "]}",
            "{\"requires_any\": {\"requirements\": [{\"provider_name\": \"two-0\"},"
                + " {\"provider_name\": \"two-1\"}]}}",
            Map.of("two-0", one, "two-1", provider("B", "\"audiences\": [\"other\"]"))));
  }

  private static Gate gate(String name, String own, String provider) {
    return gate(name, own, provider, "{\"provider_name\": \"" + name + "-0\"}");
  }

  private static Gate gate(String name, String own, String provider, String requirement) {
    return new Gate(name, "{" + own + "}", requirement, Map.of(name + "-0", provider));
  }

  private static String own(String name, String issuer, String more) {
    return "providers: [" + ownProvider(name, issuer, more) + "]";
  }

  private static String ownProvider(String name, String issuer, String more) {
    return "{name: %s, issuer: %s, jwks: {local: {inline: '%s'}}, %s}"
        .formatted(name, issuer, TokenTable.jwks(), more);
  }

  private static String provider(String issuer, String more) {
    return "{\"issuer\": \"%s\", \"local_jwks\": {\"inline_string\": \"%s\"}, %s}"
        .formatted(issuer, TokenTable.jwks().replace("\"", "\\\""), more);
  }

  private static String forEachClaim(String form) {
    return List.of("text", "number", "other", "truth", "list", "object", "object.a.b", "missing")
        .stream()
        .map(claim -> form.formatted(claim, claim.replace('.', '-')))
        .collect(Collectors.joining(", "));
  }

  @AfterAll
  static void stop() {
    gates.close();
  }

  static List<TokenTable.Row> rows() {
    return TokenTable.rows(Instant.now(), SLACK_SECONDS);
  }

  @Test
  void theTableHasTwoHundredTokensAndEveryDifferenceIsInItAndInTheDocument() throws IOException {
    String document = Files.readString(Path.of("../docs/envoy-compatibility.md"));
    Set<Difference> differences = EnumSet.noneOf(Difference.class);
    rows().forEach(row -> row.difference().ifPresent(differences::add));

    assertThat(rows()).hasSizeGreaterThanOrEqualTo(200);
    assertThat(differences).containsExactlyInAnyOrder(Difference.values());
    assertThat(Difference.values())
        .allSatisfy(difference -> assertThat(document).contains("`" + difference + "`"));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void everyTokenOfTheTableGetsTheSameAnswerUnlessTheTableSaysOtherwise(TokenTable.Row row) {
    List<String> headers = List.of("authorization: Bearer " + row.token());
    Seen envoy = gates.ask(Way.JWT_AUTHN, "/one/x?y=1", headers);
    Seen extauthz = gates.ask(Way.EXTAUTHZ, "/one/x?y=1", headers);

    assertThat(extauthz.status()).isEqualTo(row.status());
    if (row.status() != 200) {
      assertThat(extauthz.body()).isEqualTo(row.text());
    }
    if (row.difference().equals(Optional.empty())) {
      assertThat(extauthz).isEqualTo(envoy);
    } else {
      assertThat(extauthz).isNotEqualTo(envoy);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/one/      |",
        "/one/?y=1  | authorization: bearer TOKEN",
        "/one/      | authorization: Bearer TOKEN",
        "/one/      | authorization: Bearer    TOKEN",
        "/one/      | authorization: X Bearer TOKEN",
        "/one/      | authorization: TOKEN",
        "/one/      | authorization: Basic eDp5",
        "/one/      | authorization: Bearer",
        "/one/      | authorization: Bearer  !!",
        "/one/      | authorization: Bearer TOKEN,Bearer TOKEN",
        "/one/      | authorization: Bearer TOKEN,Bearer x",
        "/one/      | authorization: Bearer x,Bearer TOKEN",
        "/one/      | authorization: Bearer TOKEN & authorization: Bearer x",
        "/one/      | authorization: Bearer x & authorization: Bearer TOKEN",
        "/one/      | authorization: Bearer TOKEN & authorization: Bearer TOKEN",
        "/one/?access_token=TOKEN |",
        "/one/?a=b&access_token=TOKEN&c=d |",
        "/one/?access_token=x | authorization: Bearer TOKEN",
        "/one/?access_token=TOKEN | authorization: Bearer TOKEN",
        "/one/?access_token=TOKEN | authorization: Bearer x",
        "/one/?access_token=TOKEN&access_token=x |",
        "/one/?access_token= |",
        "/one/?Access_token=TOKEN |",
        "/forward/  | authorization: Bearer TOKEN",
        "/forward/?access_token=TOKEN |",
        "/lenient/  |",
        "/lenient/  | authorization: Bearer x",
        "/lenient/  | authorization: Bearer TOKEN",
        "/lenient/  | authorization: Basic eDp5",
        "/header/   | x-token: JWT TOKEN",
        "/header/   | x-token: TOKEN",
        "/header/   | authorization: Bearer TOKEN",
        "/header/?access_token=TOKEN |",
        "/bare/     | x-token: TOKEN",
        "/bare/     | x-token: x",
        "/query/?t=TOKEN |",
        "/query/?t=x | ",
        "/query/?t=TOKEN | authorization: Bearer x",
        "/query/    | authorization: Bearer TOKEN",
      })
  void theTokenIsFoundAndTakenAwayAsByEnvoy(String path, String headers) {
    String token = TestKeys.token("{\"iss\":\"A\",\"aud\":\"helmgate\",\"sub\":\"alice\"}");
    List<String> lines =
        headers == null ? List.of() : List.of(headers.replace("TOKEN", token).split(" & "));

    same(path.replace("TOKEN", token), lines);
  }

  @Test
  void theChallengeCutsALongPathAsEnvoyDoes() {
    for (int length : List.of(240, 250, 251, 252, 253, 256, 300, 1000)) {
      same("/one/" + "y".repeat(length), List.of());
      same("/one/?" + "y".repeat(length), List.of("authorization: Bearer x"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"sub\":\"alice\",\"exp\":+300",
        "\"sub\":\"bob\",\"exp\":+300",
        "\"exp\":+300",
        "\"sub\":\"alice\"",
        "\"sub\":\"alice\",\"exp\":+4000",
        "\"sub\":\"alice\",\"exp\":10",
        "\"sub\":\"bob\",\"exp\":10",
        "\"sub\":\"alice\",\"nbf\":+300",
        "\"sub\":\"alice\",\"nbf\":+1000,\"exp\":+4000",
        "\"sub\":\"bob\",\"aud\":\"other\",\"exp\":+300",
        "\"sub\":\"alice\",\"aud\":\"other\",\"exp\":+300",
        "\"sub\":\"alice\",\"aud\":\"other\",\"exp\":+4000",
        "\"sub\":\"alice\",\"aud\":\"other\"",
      })
  void subjectsLifetimeAndExpiryAreJudgedInEnvoysOrder(String claims) {
    long now = Instant.now().getEpochSecond();
    String all =
        claims
            .replace("+300", String.valueOf(now + 300))
            .replace("+1000", String.valueOf(now + 1000))
            .replace("+4000", String.valueOf(now + 4000));
    String aud = claims.contains("aud") ? "" : "\"aud\":\"helmgate\",";

    bearer("/rules/", "{\"iss\":\"A\"," + aud + all + "}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"iss\":\"A\",\"aud\":\"helmgate\"",
        "\"iss\":\"B\",\"aud\":\"other\"",
        "\"iss\":\"A\",\"aud\":\"other\"",
        "\"iss\":\"B\",\"aud\":\"helmgate\"",
        "\"iss\":\"C\",\"aud\":\"helmgate\"",
        "\"iss\":\"A\",\"aud\":\"helmgate\",\"exp\":10",
        "\"iss\":\"B\",\"aud\":\"other\",\"exp\":10",
        "\"iss\":1",
        "\"aud\":\"helmgate\"",
      })
  void ofTwoProvidersTheSameOneAnswers(String claims) {
    bearer("/two/", "{" + claims + "}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"text\":\"x\",\"number\":7,\"other\":1.5,\"truth\":true,\"list\":[1,\"a\",null,true]",
        "\"text\":\"\",\"number\":-3,\"other\":1e3,\"truth\":false,\"list\":[]",
        "\"text\":\"Zoë\",\"number\":12345678901234,\"other\":0.1234567891234,\"truth\":null",
        "\"text\":\"a b\",\"number\":18446744073709551615,\"other\":1.23456789e22,\"object\":{}",
        "\"text\":1,\"number\":\"7\",\"other\":1e-7,\"object\":{\"a\":{\"b\":\"nested\"}}",
        "\"text\":{\"x\":\"y\"},\"number\":0,\"other\":-0.5,\"object\":{\"a\":[1]}",
      })
  void claimsBecomeTheSameHeaders(String claims) {
    String token = TestKeys.token("{\"iss\":\"A\"," + claims + "}");

    same(
        "/claims/",
        List.of(
            "authorization: Bearer " + token,
            "x-text: forged",
            "x-missing: forged",
            "X-List: forged",
            "x-list: twice",
            "x-free: kept"));
  }

  private static void bearer(String path, String claims) {
    same(path, List.of("authorization: Bearer " + TestKeys.token(claims)));
  }

  private static void same(String path, List<String> headers) {
    assertThat(gates.ask(Way.EXTAUTHZ, path, headers))
        .isEqualTo(gates.ask(Way.JWT_AUTHN, path, headers));
  }
}
