package io.helmgate.extauthz.token;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helmgate.extauthz.json.StrictJson;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The values of Envoy 1.40 itself are compared in SameAsEnvoyIT. */
final class ClaimHeaderTest {

  private static final ObjectNode CLAIMS =
      StrictJson.object(
              """
              {"sub":"alice","n":7,"big":1800000000,"half":1.5,"minus":-3,"yes":true,"nil":null,"empty":"",
               "org":{"team":{"name":"dev"},"id":3},"a.b":"whole","a":{"b":"nested"},
               "list":["x","y z"],"none":[],"mixed":[1,true,"x"],"deep":[["x"]],"comma":["a,b"],
               "scope":"read  write","umlaut":"Zoë","cr":"a\\rb","nul":"a\\u0000b","lf":["a\\nb"]}
              """
                  .getBytes(StandardCharsets.UTF_8))
          .orElseThrow();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sub           | BASE64_JSON | false | alice",
        "n             | BASE64_JSON | false | 7",
        "big           | BASE64_JSON | false | 1800000000",
        "half          | BASE64_JSON | false | 1.500000",
        "minus         | BASE64_JSON | false | -3.000000",
        "yes           | BASE64_JSON | false | true",
        "org.team.name | BASE64_JSON | false | dev",
        "org.nobody.x  | BASE64_JSON | false | -",
        "sub.x         | BASE64_JSON | false | -",
        "a.b           | BASE64_JSON | false | whole",
        "missing       | BASE64_JSON | false | -",
        "nil           | BASE64_JSON | false | -",
        "empty         | BASE64_JSON | false | -",
        "umlaut        | BASE64_JSON | false | Zoë",
        "list          | BASE64_JSON | false | WyJ4IiwieSB6Il0=",
        "list          | JSON        | false | [\"x\",\"y z\"]",
        "list          | COMMA       | false | x,y z",
        "list          | REPEATED    | false | x; y z",
        "none          | COMMA       | false | -",
        "none          | REPEATED    | false | -",
        "mixed         | COMMA       | false | 1,true,x",
        "org           | JSON        | false | {\"team\":{\"name\":\"dev\"},\"id\":3}",
        "scope         | JSON        | false | read  write",
        "scope         | COMMA       | true  | read,write",
        "scope         | REPEATED    | true  | read; write",
        "scope         | JSON        | true  | [\"read\",\"write\"]",
        "deep          | COMMA       | false | refused",
        "comma         | COMMA       | false | refused",
        "comma         | REPEATED    | false | refused",
        "comma         | JSON        | false | [\"a,b\"]",
        "cr            | BASE64_JSON | false | refused",
        "nul           | BASE64_JSON | false | refused",
        "lf            | COMMA       | false | refused",
        "lf            | REPEATED    | false | refused",
        "lf            | JSON        | false | [\"a\\nb\"]",
      })
  void aClaimBecomesTheseValues(
      String claim, ClaimHeader.ListForm lists, boolean words, String expected) {
    ClaimHeader.Reading reading = new ClaimHeader(claim, "x-claim", lists, words).read(CLAIMS);

    assertThat(
            switch (reading) {
              case ClaimHeader.Reading.Refused _ -> "refused";
              case ClaimHeader.Reading.Values(List<String> values) ->
                  values.isEmpty() ? "-" : String.join("; ", values);
            })
        .isEqualTo(expected);
  }
}
