package io.helmgate.deployer.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.helmgate.deployer.release.FetchedChart;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.sandbox.Checkout;
import io.helmgate.sandbox.process.Cli;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Schemas of charts mean what they mean to the helm program. */
final class ChartSchemaIT {
  private static final Cli HELM =
      new Cli(Checkout.find().root().resolve(".tools/bin/helm"), Map.of());
  private static final String DRAFT_4 = "http://json-schema.org/draft-04/schema#";
  private static final String DRAFT_7 = "http://json-schema.org/draft-07/schema#";
  private static final String DRAFT_2019 = "https://json-schema.org/draft/2019-09/schema";

  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"type": "object"}                                            | {}          | true
          false                                                         | {}          | false
          {"properties": {"a": false}}                                  | {"a": 1}    | false
          {"required": ["a"]}                                           | {"a": null} | true
          {"properties": {"a": {"type": "integer"}}}                    | {"a": 1.0}  | true
          {"properties": {"a": {"type": "integer"}}}                    | {"a": 1.5}  | false
          {"properties": {"a": {"type": "integer"}}}                    | {"a": 12345678901234567890123} | true
          {"properties": {"a": {"multipleOf": 0.1}}}                    | {"a": 0.3}  | true
          {"properties": {"a": {"const": 1}}}                           | {"a": 1.0}  | true
          {"properties": {"a": {"enum": ["x"]}}}                        | {"a": "y"}  | false
          {"properties": {"a": {"pattern": "^\\\\d+$"}}}                 | {"a": "x"}  | false
          {"properties": {"a": {"pattern": "(?!x)y"}}}                  | {"a": "y"}  | false
          {"properties": {"a": {"maxLength": 1}}}                       | {"a": "😀"} | true
          {"properties": {"a": {"format": "ipv4"}}}                     | {"a": "x"}  | true
          {"$schema": "DRAFT_7", "properties": {"a": {"format": "ipv4"}}} | {"a": "x"} | false
          {"dependencies": {"a": ["b"]}}                                | {"a": 1}    | false
          {"$schema": "DRAFT_7", "dependencies": {"a": ["b"]}}          | {"a": 1}    | false
          {"dependentRequired": {"a": ["b"]}}                           | {"a": 1}    | false
          {"properties": {"a": {"prefixItems": [{"type": "string"}]}}}  | {"a": [1]}  | false
          {"$schema": "DRAFT_7", "properties": {"a": {"items": [{"type": "string"}]}}} | {"a": [1]} | false
          {"properties": {"a": {"exclusiveMinimum": 1}}}                | {"a": 1}    | false
          {"$schema": "DRAFT_4", "properties": {"a": {"minimum": 1, "exclusiveMinimum": true}}} | {"a": 1} | false
          {"properties": {"a": {"$ref": "#/$defs/x", "maximum": 1}}, "$defs": {"x": {}}} | {"a": 2} | false
          {"$schema": "DRAFT_7", "properties": {"a": {"$ref": "#/definitions/x", "maximum": 1}}, "definitions": {"x": {}}} | {"a": 2} | true
          {"properties": {"a": {"$ref": "#x"}}, "$defs": {"x": {"$anchor": "x", "type": "string"}}} | {"a": 2} | false
          {"properties": {"a": {"$ref": "#/other/x"}}, "other": {"x": {"type": "string"}}} | {"a": 2} | false
          {"properties": {"a": {"$ref": "#/nowhere"}}}                  | {"a": 2}    | false
          {"allOf": [{"$ref": "#"}]}                                    | {}          | false
          {"$defs": {"n": {"properties": {"n": {"$ref": "#/$defs/n"}}, "maxProperties": 1}}, "$ref": "#/$defs/n"} | {"n": {"n": {"a": 1, "b": 2}}} | false
          {"if": {"required": ["a"]}, "then": {"required": ["b"]}}      | {"a": 1}    | false
          {"properties": {"a": {}}, "unevaluatedProperties": false}     | {"b": 1}    | false
          {"allOf": [{"properties": {"a": {}}}], "unevaluatedProperties": false} | {"a": 1} | true
          {"$schema": "DRAFT_2019", "properties": {"a": {"items": [{"type": "string"}]}}} | {"a": [1]} | false
          {"properties": {"a": {"contains": {"type": "string"}}}}       | {"a": [1]}  | false
          {"properties": {"a": {"uniqueItems": true}}}                  | {"a": [1, 1]} | false
          {"propertyNames": {"pattern": "^a"}}                          | {"b": 1}    | false
          {"patternProperties": {"^a": {"type": "string"}}}             | {"ab": 1}   | false
          {"properties": {"a": {"type": ["string", "null"]}}}           | {"a": 1}    | false
          {"properties": {"a": {"type": "text"}}}                       | {"a": "x"}  | false
          {"properties": {"a": {"minimum": "1"}}}                       | {"a": 2}    | false
          {"properties": {"a": {"deprecated": true, "x-ui": {"$comment": "c"}}}} | {"a": 2} | true
          """)
  void valuesMeetASchemaAsForHelm(String schema, String values, boolean accepted)
      throws IOException {
    assertVerdict(accepted, schema, "{}", values);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"required": ["a"]}                          | {"a": 1}    | {}                 | true
          {"required": ["a"]}                          | {"a": 1}    | {"a": null}        | false
          {"required": ["a"]}                          | {"a": null} | {}                 | true
          {"properties": {"a": {"type": "string"}}}    | {"a": null} | {}                 | false
          {"properties": {"a": {"required": ["b"]}}}   | {"a": {"b": 1}}    | {"a": {"b": null}} | false
          {"properties": {"a": {"required": ["b"]}}}   | {"a": {"b": null}} | {"a": {"b": null}} | true
          {"properties": {"a": {"required": ["b"]}}}   | {"a": {}}          | {"a": {"b": null}} | true
          {"properties": {"a": {"required": ["b"]}}}   | {}                 | {"a": {"b": null}} | true
          {"properties": {"a": {"required": ["b"]}}}   | {"a": {"b": 1}}    | {"a": {"c": 1}}    | true
          {"properties": {"a": {"type": "object"}}}    | {"a": {"b": 1}}    | {"a": 1}           | false
          {"properties": {"a": {"minItems": 2}}}       | {"a": [1, 2]}      | {"a": [3]}         | false
          """)
  void nullRemovesADefaultAsForHelm(String schema, String defaults, String values, boolean accepted)
      throws IOException {
    assertVerdict(accepted, schema, defaults, values);
  }

  private void assertVerdict(boolean accepted, String schema, String defaults, String values)
      throws IOException {
    Path chart = Files.createDirectory(directory.resolve("web"));
    Files.writeString(chart.resolve("Chart.yaml"), "apiVersion: v2\nname: web\nversion: 1.0.0\n");
    Files.writeString(chart.resolve("values.yaml"), defaults);
    Files.writeString(
        chart.resolve("values.schema.json"),
        schema
            .replace("DRAFT_4", DRAFT_4)
            .replace("DRAFT_7", DRAFT_7)
            .replace("DRAFT_2019", DRAFT_2019));
    Path file = Files.writeString(directory.resolve("values.json"), values);
    HELM.run("package", chart.toString(), "--destination=" + directory);
    Path archive = directory.resolve("web-1.0.0.tgz");

    Cli.Result rendered =
        HELM.tryRun("", "template", "web", archive.toString(), "--values=" + file);
    Outcome<FetchedChart> checked =
        new ChartSchema().check(new FetchedChart(archive, "web", "1.0.0", "", ""), map(values));

    assertThat(rendered.code() == 0).as(rendered.err()).isEqualTo(accepted);
    assertThat(checked instanceof Outcome.Success<FetchedChart>)
        .as(checked.toString())
        .isEqualTo(accepted);
  }

  @SuppressWarnings("unchecked") // what Jackson makes of a JSON object
  private static Map<String, @Nullable Object> map(String json) throws IOException {
    return new ObjectMapper().readValue(json, Map.class);
  }
}
