package io.helmgate.extauthz.policy.source;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RegoQueryTest {

  @ParameterizedTest
  @CsvSource({
    "data.helmgate.authz.allow, helmgate/authz/allow",
    "data.envoy.authz, envoy/authz",
    "data.a[\"b-c\"].d, a/b-c/d",
  })
  void aGroundReferenceIsAnEntrypoint(String query, String entrypoint) {
    assertThat(RegoQuery.parse(query)).contains(new RegoQuery(query, entrypoint));
  }
}
