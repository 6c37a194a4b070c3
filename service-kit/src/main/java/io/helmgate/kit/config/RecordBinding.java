package io.helmgate.kit.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes records of a tree that the schema accepted. */
final class RecordBinding {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .addModule(
              new SimpleModule()
                  .addDeserializer(Duration.class, text(Duration.class, TimeSpan::parse))
                  .addDeserializer(ByteSize.class, text(ByteSize.class, ByteSize::parse))
                  .addDeserializer(Secret.class, text(Secret.class, Secret::of))
                  .addDeserializer(Path.class, text(Path.class, Path::of)))
          .build();

  private RecordBinding() {}

  /**
   * Binds the value.
   *
   * @return empty when a record refused its values by an {@link IllegalArgumentException}, which is
   *     then reported with its message
   * @throws IllegalStateException when the record and the schema do not fit each other
   */
  static <T> Optional<T> bind(JsonNode value, KeyPath at, Class<T> type, Problems problems) {
    try {
      T bound = MAPPER.treeToValue(value, type);
      requireComplete(bound);
      return Optional.of(bound);
    } catch (JsonMappingException e) {
      if (e.getCause() instanceof IllegalArgumentException refused) {
        KeyPath place = at;
        for (JsonMappingException.Reference step : e.getPath()) {
          place =
              step.getFieldName() == null
                  ? place.index(step.getIndex())
                  : place.key(step.getFieldName());
        }
        problems.add(place.toString(), String.valueOf(refused.getMessage()));
        return Optional.empty();
      }
      throw new IllegalStateException(type.getSimpleName() + " does not fit its schema", e);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(type.getSimpleName() + " does not fit its schema", e);
    }
  }

  /** A component may be null only where its type says so: else the schema lacks a default. */
  private static void requireComplete(Object value) {
    switch (value) {
      case List<?> list -> list.forEach(RecordBinding::requireComplete);
      case Map<?, ?> map -> map.values().forEach(RecordBinding::requireComplete);
      case Record bound -> {
        for (RecordComponent component : bound.getClass().getRecordComponents()) {
          Object part = read(bound, component);
          if (part != null) {
            requireComplete(part);
          } else if (!component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
            throw new IllegalStateException(
                component + ": null (expected: @Nullable, or a default in the schema)");
          }
        }
      }
      default -> {}
    }
  }

  private static @Nullable Object read(Record bound, RecordComponent component) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(bound);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(component.toString(), e);
    }
  }

  private static <T> StdScalarDeserializer<T> text(Class<T> type, Function<String, T> parse) {
    return new StdScalarDeserializer<>(type) {
      @Override
      public T deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        return parse.apply(parser.getText());
      }
    };
  }
}
