package io.helmgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What the API looks like, asked for where the deployer does not tell. */
final class IntrospectionIT {

  private static final Running HELMGATE = Running.helmgate();
  private static final String QUERY = "{\"query\": \"{ __schema { queryType { name } } }\"}";

  @Test
  void aDeployerThatIsToldSoDoesNotDescribeItself() {
    var http = HELMGATE.http(HELMGATE.token("bob"));
    assertThat(http.send("POST", "/graphql", QUERY).body()).contains("\"Query\"");

    HELMGATE
        .deployers()
        .configured(
            // The playground cannot be without it.
            services ->
                services.substring(0, services.indexOf("\n  graphql:\n"))
                    + "\n  graphql:\n    introspection: false\n",
            () -> {
              var refused = http.send("POST", "/graphql", QUERY);
              assertThat(refused.body())
                  .contains("introspection is off")
                  .doesNotContain("\"__schema\"", "queryType");
              assertThat(
                      http.send(
                              "POST",
                              "/graphql",
                              "{\"query\": \"{ searchApps(input: {namespace: \\\"team-a\\\"}) { name } }\"}")
                          .json()
                          .at("/data/searchApps")
                          .isArray())
                  .isTrue();
            });
  }
}
