package io.helmgate.deployer.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.helmgate.deployer.release.Caller;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Reason;
import io.helmgate.deployer.release.ValuesSource;
import io.helmgate.deployer.values.ValuesRequest;
import io.helmgate.deployer.yaml.NoYamlException;
import io.helmgate.deployer.yaml.YamlReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Values in Secrets and ConfigMaps. */
public final class ApiValues implements ValuesSource {
  private final KubernetesApi api;

  public ApiValues(KubernetesApi api) {
    this.api = api;
  }

  @Override
  public Outcome<Optional<String>> text(
      Caller caller, String namespace, ValuesRequest.Source source) {
    String resource =
        switch (source.kind()) {
          case SECRET -> "secrets";
          case CONFIG_MAP -> "configmaps";
        };
    String path = "api/v1/namespaces/%s/%s/%s".formatted(namespace, resource, source.name());
    return api.get(caller, path)
        .flatMap(object -> value(source, object.path("data").path(source.key())))
        .recover(Reason.NOT_FOUND, Optional.empty());
  }

  private static Outcome<Optional<String>> value(ValuesRequest.Source source, JsonNode value) {
    if (!value.isTextual()) {
      return Outcome.success(Optional.empty());
    }
    return switch (source.kind()) {
      case CONFIG_MAP -> Outcome.success(Optional.of(value.textValue()));
      case SECRET -> decoded(source, value.textValue());
    };
  }

  private static Outcome<Optional<String>> decoded(ValuesRequest.Source source, String base64) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(base64));
      return Outcome.success(
          Optional.of(StandardCharsets.UTF_8.newDecoder().decode(bytes).toString()));
    } catch (CharacterCodingException e) {
      return Outcome.failure(
          Reason.FAILED_PRECONDITION,
          "Secret %s: key %s is no UTF-8 text".formatted(source.name(), source.key()));
    }
  }

  @Override
  public Optional<Map<String, @Nullable Object>> parse(String text) {
    try {
      return Optional.of(new YamlReader().mapping(text));
    } catch (NoYamlException e) {
      return Optional.empty();
    }
  }
}
