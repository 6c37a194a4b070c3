package io.helmgate.deployer.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.helmgate.deployer.RecordingDomain.Asked;
import io.helmgate.deployer.release.Reason;
import java.net.http.HttpClient.Version;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** What only GraphQL has: several calls in a document, selections, introspection. */
@TestInstance(Lifecycle.PER_CLASS)
class GraphqlIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final RunningApi api;
  private final GraphqlClient client;

  GraphqlIT(@TempDir Path directory) {
    api = new RunningApi(directory, true, true);
    client = new GraphqlClient(new HttpSender(api, Version.HTTP_2));
  }

  @AfterAll
  void stop() {
    api.close();
  }

  @BeforeEach
  void forget() {
    api.domain.reset();
    api.audit.clear();
  }

  @Test
  void eachRootFieldIsACallUnderItsAlias() {
    var answer =
        query(
            """
            query Two($n: String!) {
              one: getApp(input: {namespace: $n, name: "one"}) { ...names }
              two: getApp(input: {namespace: $n, name: "two"}) { ...names release { status } }
            }
            fragment names on App { name again: name namespace }
            """,
            "{\"n\": \"team-a\"}");

    assertThat(answer.path("errors").isMissingNode()).isTrue();
    assertThat(answer.path("data"))
        .isEqualTo(
            json(
                """
                {"one": {"name": "one", "again": "one", "namespace": "team-a"},
                 "two": {"name": "two", "again": "two", "namespace": "team-a",
                         "release": {"status": "deployed"}}}
                """));
    assertThat(api.domain.asked()).hasSize(2);
    assertThat(api.audit).hasSize(2);
  }

  @Test
  void mutationsRunOneAfterTheOtherInTheirOrder() {
    query(
        """
        mutation {
          a: rollbackApp(input: {namespace: "team-a", name: "web"}) { name }
          b: uninstallApp(input: {namespace: "team-a", name: "web"})
          c: installApp(input: {namespace: "team-a", app_name: "web", chart: "stable/web"}) { name }
        }
        """,
        "{}");

    assertThat(api.domain.asked().stream().map(Asked::useCase))
        .containsExactly("rollback", "uninstall", "install");
  }

  @Test
  void uninstallAppAnswersTheName() {
    var answer =
        query("mutation { uninstallApp(input: {namespace: \"team-a\", name: \"web\"}) }", "{}");

    assertThat(answer.path("data")).isEqualTo(json("{\"uninstallApp\": \"web\"}"));
  }

  @Test
  void aFailedCallLeavesTheOthersTheirData() {
    var answer =
        query(
            """
            { good: getApp(input: {namespace: "team-a", name: "web"}) { name }
              bad: getApp(input: {namespace: "team-a", name: "Web"}) { name } }
            """,
            "{}");

    assertThat(answer.path("data"))
        .isEqualTo(json("{\"good\": {\"name\": \"web\"}, \"bad\": null}"));
    assertThat(answer.path("errors")).hasSize(1);
    var error = answer.path("errors").path(0);
    assertThat(error.path("path")).isEqualTo(json("[\"bad\"]"));
    assertThat(error.path("extensions").path("code").asText()).isEqualTo("INVALID_ARGUMENT");
    assertThat(error.path("extensions").path("violations").path(0).path("field").asText())
        .isEqualTo("name");
  }

  @Test
  void anErrorSaysItsCodeAndNothingOfTheLibrary() {
    api.domain.failWith(Reason.NOT_FOUND, "release team-a/web: not found");

    var answer = query("{ getApp(input: {namespace: \"team-a\", name: \"web\"}) { name } }", "{}");

    assertThat(answer)
        .isEqualTo(
            json(
                """
                {"errors": [{"message": "release team-a/web: not found",
                             "locations": [{"line": 1, "column": 3}],
                             "path": ["getApp"],
                             "extensions": {"code": "NOT_FOUND"}}],
                 "data": {"getApp": null}}
                """));
  }

  @Test
  void anObjectOfWhichOnlyTheTypeIsSelectedIsThere() {
    var answer =
        query(
            """
            { __typename
              getApp(input: {namespace: "team-a", name: "web"}) {
                release { __typename } chart { maintainers { __typename } } } }
            """,
            "{}");

    assertThat(answer.path("data"))
        .isEqualTo(
            json(
                """
                {"__typename": "Query",
                 "getApp": {"release": {"__typename": "Release"},
                            "chart": {"maintainers": [{"__typename": "Maintainer"}]}}}
                """));
  }

  @Test
  void mapsAndTimesAreJsonAsTheyStand() {
    var answer =
        query(
            """
            { getApp(input: {namespace: "team-a", name: "web"}) {
                release { config timestamps { created updated deleted } } chart { metadata } } }
            """,
            "{}");

    assertThat(answer.path("data").path("getApp"))
        .isEqualTo(
            json(
                """
                {"release": {
                   "config": {"replicas": 3, "ratio": 0.5, "answer": "y", "zip": "007",
                              "enabled": true, "nothing": null,
                              "nested": {"list": [1, "two", false]}},
                   "timestamps": {"created": "2026-01-02T03:04:05Z",
                                  "updated": "2026-02-03T04:05:06.789Z", "deleted": null}},
                 "chart": {"metadata": {"example.com/tier": "front"}}}
                """));
  }

  @Test
  void aSkippedFieldIsNotExecuted() {
    var answer =
        query(
            """
            query($no: Boolean!) {
              getApp(input: {namespace: "team-a", name: "web"}) { name }
              gone: getApp(input: {namespace: "team-a", name: "gone"}) @include(if: $no) { name } }
            """,
            "{\"no\": false}");

    assertThat(answer.path("data")).isEqualTo(json("{\"getApp\": {\"name\": \"web\"}}"));
    assertThat(api.domain.asked()).hasSize(1);
  }

  @Test
  void theSchemaIsToldWhenIntrospectionIsOn() {
    var answer = query("{ __schema { queryType { name } } __type(name: \"App\") { name } }", "{}");

    assertThat(answer.path("data"))
        .isEqualTo(
            json(
                "{\"__schema\": {\"queryType\": {\"name\": \"Query\"}}, \"__type\": {\"name\": \"App\"}}"));
  }

  @Test
  void theSchemaIsNotToldWhenIntrospectionIsOff(@TempDir Path directory) {
    try (var closed = new RunningApi(directory, false, true)) {
      var reply =
          new GraphqlClient(new HttpSender(closed, Version.HTTP_2))
              .send(
                  body(
                      """
                      { getApp(input: {namespace: "team-a", name: "web"}) { name }
                        __schema { queryType { name } } }
                      """,
                      "{}"),
                  closed.assertions::forCalls);

      assertThat(reply.status()).isEqualTo(403);
      assertThat(GraphqlClient.error(reply.json().path("errors").path(0)).message())
          .isEqualTo("introspection is off");
      assertThat(closed.domain.asked()).isEmpty();
    }
  }

  private JsonNode query(String document, String variables) {
    var reply = client.send(body(document, variables), api.assertions::forCalls);
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    return reply.json();
  }

  private static String body(String document, String variables) {
    var body = JSON.createObjectNode().put("query", document);
    body.set("variables", json(variables));
    return body.toString();
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }
}
