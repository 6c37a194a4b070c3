package io.helmgate.extauthz.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.MACSigner;
import io.helmgate.extauthz.gateway.Gateway.Reply;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Policies and decision objects as opa-envoy-plugin documents them, through a real Envoy: what its
 * documentation says of each is what happens.
 */
final class OpaExamplesIT {

  private static final String SECRET = "a secret of at least thirty-two bytes";

  /** The primer's policy: roles in a token, paths by glob, a field of the body. */
  private static final String ROLES =
      """
      package envoy.authz

      import input.attributes.request.http

      default allow := false

      allow if {
        token.valid
        token.payload.nbf <= time.now_ns() / 1000000000
        time.now_ns() / 1000000000 < token.payload.exp
        action_allowed
      }

      action_allowed if {
        http.method == "GET"
        token.payload.role in {"guest", "admin"}
        glob.match("/people/*", ["/"], http.path)
      }

      action_allowed if {
        http.method == "POST"
        token.payload.role == "admin"
        glob.match("/people", ["/"], http.path)
        lower(input.parsed_body.firstname) != base64url.decode(token.payload.sub)
      }

      token := {"valid": valid, "payload": payload} if {
        [_, encoded] := split(http.headers.authorization, " ")
        [valid, _, payload] := io.jwt.decode_verify(encoded, {"secret": "SECRET"})
      }
      """
          .replace("SECRET", SECRET);

  /** The README's policy: basic authentication and path segments. */
  private static final String SEGMENTS =
      """
      package envoy.authz

      default allow := false

      allow if {
        some role in {"alice": ["guest"], "bob": ["admin"]}[user]
        permitted[role]
      }

      user := name if {
        [_, encoded] := split(input.attributes.request.http.headers.authorization, " ")
        [name, _] := split(base64.decode(encoded), ":")
      }

      permitted contains "guest" if {
        input.attributes.request.http.method == "GET"
        input.parsed_path == ["productpage"]
      }

      permitted contains "admin" if input.parsed_query.page == ["1", "2"]
      """;

  /** The decision object with everything in it. */
  private static final String OBJECT =
      """
      package envoy.authz

      import input.attributes.request.http

      default allow := false

      allow := {
        "allowed": true,
        "headers": {"x-ext-auth-allow": "yes", "x-list": ["a", "b"], "x-inbound": "ours"},
        "response_headers_to_add": {"x-foo": "bar", "set-cookie": ["a=1", "b=2"]},
        "request_headers_to_remove": ["x-one", "x-two"],
        "query_parameters_to_set": {"user": "bob", "more": "1"},
        "query_parameters_to_remove": ["secret"],
        "dynamic_metadata": {"foo": "bar", "deep": {"n": [1, true]}},
      } if http.path == "/ok?secret=1&user=x&keep=2"

      allow := {
        "allowed": true,
        "headers": [{"x-a": "1"}, {"x-a": "2"}, {"x-b": ["3"]}],
      } if http.path == "/list"

      allow := {
        "allowed": false,
        "headers": {
          "x-ext-auth-allow": "no",
          "location": "https://id.example.com",
          "set-cookie": ["a=1", "b=2"],
        },
        "body": "Go to the login",
        "http_status": 302,
        "dynamic_metadata": {"why": "login"},
      } if http.path == "/login"

      allow := {"allowed": false, "body": "Unauthorized Request"} if http.path == "/plain"

      allow := {
        "allowed": true,
        "query_parameters_to_set": {"user": "a b&admin=1", "escaped": "%2F"},
      } if http.path == "/query?user=x"

      allow := {"allowed": "yes"} if http.path == "/malformed"

      allow := {"allowed": true, "headers": {"x": "a\\r\\nb: c"}} if http.path == "/illegal"

      allow := {"allowed": true, "headers": {"content-length": "0"}} if http.path == "/framing"
      """;

  /** The forms of bodies. */
  private static final String BODIES =
      """
      package envoy.authz

      default allow := false

      allow if input.parsed_body.user.name == "alice"

      allow if input.parsed_body.user == ["alice", "bob"]

      allow if {
        input.parsed_body == null
        input.truncated_body == false
        input.version == {"ext_authz": "v3", "encoding": "protojson"}
        input.attributes.request.http.protocol == "HTTP/1.1"
      }
      """;

  @TempDir private static Path directory;
  private static Gateway gateway;

  @BeforeAll
  static void start() throws Exception {
    gateway =
        new Gateway(
            directory,
            Map.of(
                "default", profile("deny", "package envoy.authz\nallow := false\n"),
                "roles", profile("roles", ROLES),
                "segments", profile("segments", SEGMENTS),
                "object", profile("object", OBJECT),
                "bodies", profile("bodies", BODIES)));
  }

  @AfterAll
  static void stop() throws InterruptedException {
    gateway.close();
  }

  private static String profile(String name, String policy) throws Exception {
    Files.writeString(directory.resolve(name + ".rego"), policy);
    return "calls: false\npolicy: {file: DIR/" + name + ".rego, query: data.envoy.authz.allow}\n";
  }

  @Test
  void theRolesOfATokenDecideOnMethodPathAndBody() throws Exception {
    assertThat(people("guest", get("/people/1")).reachedUpstream()).isTrue();
    assertThat(people("guest", get("/people/1/x")).status()).isEqualTo(403);
    assertThat(people("guest", post("/people", "{\"firstname\":\"Bob\"}")).status()).isEqualTo(403);
    Reply added = people("admin", post("/people", "{\"firstname\":\"Bob\"}"));
    assertThat(added.echo().path("body").asText()).isEqualTo("{\"firstname\":\"Bob\"}");
    assertThat(people("admin", post("/people", "{\"firstname\":\"Alice\"}")).status())
        .isEqualTo(403);
    assertThat(gateway.send(get("/people/1").header("x-profile", "roles")).status()).isEqualTo(403);
  }

  @Test
  void pathSegmentsAndQueryParametersAreParsed() throws Exception {
    assertThat(segments("alice", get("/productpage")).status()).isEqualTo(200);
    assertThat(segments("alice", get("/productpage/x")).status()).isEqualTo(403);
    assertThat(segments("alice", get("/?page=1&page=2")).status()).isEqualTo(403);
    assertThat(segments("bob", get("/?page=1&page=2")).status()).isEqualTo(200);
  }

  @Test
  void anAllowingObjectChangesRequestAndResponse() throws Exception {
    Reply reply =
        gateway.send(
            get("/ok?secret=1&user=x&keep=2")
                .header("x-profile", "object")
                .header("x-one", "1")
                .header("x-two", "2")
                .header("x-inbound", "theirs"));

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.upstreamHeader("x-ext-auth-allow")).containsExactly("yes");
    assertThat(String.join(",", reply.upstreamHeader("x-list"))).isEqualTo("a,b");
    assertThat(reply.upstreamHeader("x-inbound")).containsExactly("ours");
    assertThat(reply.upstreamHeader("x-one")).isEmpty();
    assertThat(reply.upstreamHeader("x-two")).isEmpty();
    assertThat(reply.header("x-foo")).isEqualTo("bar");
    assertThat(reply.headers().get("set-cookie")).containsExactly("a=1", "b=2");
    assertThat(reply.echo().path("query").asText().split("&"))
        .containsExactlyInAnyOrder("keep=2", "user=bob", "more=1");
  }

  @Test
  void metadataHasThePolicysWordsAndOurs() throws Exception {
    Reply reply = gateway.send(get("/ok?secret=1&user=x&keep=2").header("x-profile", "object"));

    assertThat(reply.header("x-metadata"))
        .contains("\"foo\":\"bar\"", "\"deep\":{\"n\":[1,true]}", "\"profile\":\"object\"")
        .contains(
            "\"decision_id\":\"" + reply.upstreamHeader("x-helmgate-decision-id").getFirst() + '"')
        .containsPattern("\"policy_revision\":\"[^\"]+\"");
  }

  @Test
  void theValueOfAQueryParameterCannotAddAnother() throws Exception {
    Reply reply = gateway.send(gateway.raw("/query?user=x").header("x-profile", "object"));

    assertThat(reply.echo().path("query").asText().split("&"))
        .containsExactlyInAnyOrder("user=a%20b%26admin%3D1", "escaped=%2F");
    assertThat(gateway.send(get("/query?user=x").header("x-profile", "object")).reachedUpstream())
        .isFalse();
  }

  @Test
  void headersMayBeAListOfObjects() throws Exception {
    Reply reply = gateway.send(get("/list").header("x-profile", "object"));

    assertThat(String.join(",", reply.upstreamHeader("x-a"))).isEqualTo("1,2");
    assertThat(reply.upstreamHeader("x-b")).containsExactly("3");
  }

  @Test
  void aDenyingObjectIsTheReply() throws Exception {
    Reply login = gateway.send(get("/login").header("x-profile", "object"));
    Reply plain = gateway.send(get("/plain").header("x-profile", "object"));

    assertThat(login.status()).isEqualTo(302);
    assertThat(login.header("location")).isEqualTo("https://id.example.com");
    assertThat(login.header("x-ext-auth-allow")).isEqualTo("no");
    assertThat(login.headers().get("set-cookie")).containsExactly("a=1", "b=2");
    assertThat(login.body()).isEqualTo("Go to the login");
    assertThat(plain.status()).isEqualTo(403);
    assertThat(plain.body()).isEqualTo("Unauthorized Request");
  }

  @Test
  void whatIsNoDecisionIsADenialEvenWhereEnvoyFailsOpen() throws Exception {
    for (String path : List.of("/malformed", "/illegal", "/framing", "/undefined")) {
      Reply reply = gateway.send(get(path).header("x-profile", "object"));
      assertThat(reply.status()).as(path).isEqualTo(403);
    }
  }

  @Test
  void bodiesAreParsedByTheirType() throws Exception {
    assertThat(bodies("application/json", "{\"user\":{\"name\":\"alice\"}}")).isEqualTo(200);
    assertThat(bodies("application/vnd.x+json; charset=utf-8", "{\"user\":{\"name\":\"eve\"}}"))
        .isEqualTo(403);
    assertThat(bodies("application/x-www-form-urlencoded", "user=alice&user=bob")).isEqualTo(200);
    assertThat(bodies("application/x-www-form-urlencoded", "user=alice")).isEqualTo(403);
    assertThat(bodies("text/plain", "anything")).isEqualTo(200);
    assertThat(bodies("application/json", "{\"user\":")).isEqualTo(400);
  }

  private static int bodies(String type, String body) throws Exception {
    return gateway
        .send(post("/", body).setHeader("content-type", type).header("x-profile", "bodies"))
        .status();
  }

  private static Reply people(String role, HttpRequest.Builder request) throws Exception {
    return gateway.send(
        request.header("x-profile", "roles").header("authorization", "Bearer " + token(role)));
  }

  private static Reply segments(String user, HttpRequest.Builder request) throws Exception {
    String basic =
        Base64.getEncoder().encodeToString((user + ":password").getBytes(StandardCharsets.UTF_8));
    return gateway.send(
        request.header("x-profile", "segments").header("authorization", "Basic " + basic));
  }

  private static String token(String role) throws JOSEException {
    String claims =
        "{\"role\":\"%s\",\"sub\":\"YWxpY2U\",\"nbf\":1514851139,\"exp\":4102444800}"
            .formatted(role);
    JWSObject token = new JWSObject(new JWSHeader(JWSAlgorithm.HS256), new Payload(claims));
    token.sign(new MACSigner(SECRET));
    return token.serialize();
  }

  private static HttpRequest.Builder get(String target) {
    return gateway.plain(target);
  }

  private static HttpRequest.Builder post(String target, String body) {
    return gateway
        .plain(target)
        .POST(BodyPublishers.ofString(body))
        .setHeader("content-type", "application/json");
  }
}
