package io.helmgate.deployer.helm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.Error;
import com.networknt.schema.OutputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.keyword.KeywordType;
import com.networknt.schema.keyword.NonValidationKeyword;
import com.networknt.schema.path.NodePath;
import io.helmgate.deployer.release.FetchedChart;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Reason;
import io.helmgate.deployer.release.ValuesSchema;
import io.helmgate.deployer.release.Violation;
import io.helmgate.deployer.values.ValuePath;
import io.helmgate.deployer.values.Values;
import io.helmgate.deployer.yaml.NoYamlException;
import io.helmgate.deployer.yaml.YamlReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code values.schema.json} of a chart, held against values before Helm is called. Helm checks the
 * schemas of subcharts. Neither follows a reference out of the document: Helm would fetch it.
 */
public final class ChartSchema implements ValuesSchema {
  private static final Logger log = LoggerFactory.getLogger(ChartSchema.class);
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
  private static final Pattern SCHEMA = Pattern.compile("(?:\\./)?[^/]+/values\\.schema\\.json");
  private static final Pattern ANY_SCHEMA = Pattern.compile("(?:.*/)?values\\.schema\\.json");
  private static final Pattern DEFAULTS = Pattern.compile("(?:\\./)?[^/]+/values\\.yaml");

  /**
   * The first is that of schemas which name none, and all know {@code dependencies}, as in Helm.
   * Keywords of no draft are left alone; the library would log each and keep it for ever.
   */
  private static final List<Dialect> DIALECTS =
      Stream.of(
              Dialects.getDraft202012(),
              Dialects.getDraft201909(),
              Dialects.getDraft7(),
              Dialects.getDraft6(),
              Dialects.getDraft4())
          .map(
              dialect ->
                  Dialect.builder(dialect)
                      .keyword(KeywordType.DEPENDENCIES)
                      .unknownKeywordFactory((name, _) -> new NonValidationKeyword(name))
                      .build())
          .toList();

  @Override
  public Outcome<FetchedChart> check(FetchedChart chart, Map<String, @Nullable Object> values) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    try {
      ChartFiles.read(
          chart.archive(),
          (name, content) -> {
            if (ANY_SCHEMA.matcher(name).matches() || DEFAULTS.matcher(name).matches()) {
              files.put(name, content);
            }
          });
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        if (ANY_SCHEMA.matcher(file.getKey()).matches()) {
          Optional<String> reference = SchemaReferences.outside(JSON.readTree(file.getValue()));
          if (reference.isPresent()) {
            return outside(chart, file.getKey(), reference.get());
          }
        }
      }
      Optional<byte[]> schema = first(files, SCHEMA);
      return schema.isEmpty()
          ? Outcome.success(chart)
          : check(chart, schema.get(), first(files, DEFAULTS), values);
    } catch (BoundedValidation.EndlessException e) {
      return unusable(
          chart,
          "its values.schema.json has references that lead in circles or too often to the same place");
    } catch (JsonProcessingException | SchemaException | NoYamlException e) {
      log.info("The schema of chart {} {} cannot be used", chart.name(), chart.version(), e);
      return unusable(chart, "its values.schema.json, or its values.yaml, cannot be read");
    } catch (IOException e) {
      log.warn("Chart {} {} cannot be read", chart.name(), chart.version(), e);
      return unusable(chart, "its archive cannot be read");
    }
  }

  private static Optional<byte[]> first(Map<String, byte[]> files, Pattern name) {
    return files.entrySet().stream()
        .filter(file -> name.matcher(file.getKey()).matches())
        .map(Map.Entry::getValue)
        .findFirst();
  }

  private static Outcome<FetchedChart> outside(FetchedChart chart, String file, String reference) {
    return unusable(
        chart,
        ("%s refers to %s "
                + "(expected: references that begin with #, and a published draft of JSON Schema;"
                + " other documents are not fetched)")
            .formatted(file, reference));
  }

  private static Outcome<FetchedChart> unusable(FetchedChart chart, String why) {
    return Outcome.failure(
        Reason.FAILED_PRECONDITION,
        "chart %s %s: %s".formatted(chart.name(), chart.version(), why));
  }

  private static Outcome<FetchedChart> check(
      FetchedChart chart,
      byte[] document,
      Optional<byte[]> defaults,
      Map<String, @Nullable Object> values)
      throws IOException {
    SchemaPatterns patterns = new SchemaPatterns();
    Schema schema =
        SchemaRegistry.withDialects(
                DIALECTS,
                builder ->
                    builder
                        .schemaLoader(loader -> loader.block(_ -> true))
                        .schemaRegistryConfig(
                            SchemaRegistryConfig.builder()
                                .regularExpressionFactory(patterns)
                                .build()))
            .getSchema(JSON.readTree(document));
    Map<String, @Nullable Object> all =
        Values.over(
            new YamlReader()
                .mapping(new String(defaults.orElse(new byte[0]), StandardCharsets.UTF_8)),
            values);
    BoundedValidation validation = new BoundedValidation();
    schema.validate(validation, JSON.<JsonNode>valueToTree(all), OutputFormat.DEFAULT);
    List<Violation> violations =
        validation.getErrors().stream()
            .limit(BoundedValidation.MAX_ERRORS)
            .map(ChartSchema::violation)
            .toList();
    if (patterns.unknown().isPresent()) {
      return unusable(
          chart,
          "its values.schema.json has a pattern that Helm does not know: %s (expected: RE2)"
              .formatted(patterns.unknown().get()));
    }
    if (violations.isEmpty()) {
      return Outcome.success(chart);
    }
    Violation first = violations.getFirst();
    return Outcome.invalid(
        "the values don't meet the chart's schema: %s: %s%s"
            .formatted(
                first.field(),
                first.description(),
                violations.size() == 1 ? "" : " (and " + (violations.size() - 1) + " more)"),
        violations);
  }

  private static Violation violation(Error error) {
    String path = path(error.getInstanceLocation()).toString();
    return new Violation(path.isEmpty() ? "values" : "values." + path, error.getMessage());
  }

  private static ValuePath path(NodePath location) {
    ValuePath path = ValuePath.ROOT;
    for (int i = 0; i < location.getNameCount(); i++) {
      Object step = location.getElement(i);
      path = step instanceof Integer index ? path.index(index) : path.key(String.valueOf(step));
    }
    return path;
  }
}
