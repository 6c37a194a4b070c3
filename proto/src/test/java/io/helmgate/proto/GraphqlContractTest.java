package io.helmgate.proto;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.longrunning.Operation;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.FieldMask;
import com.google.rpc.Status;
import graphql.language.AstPrinter;
import graphql.language.EnumTypeDefinition;
import graphql.language.EnumValueDefinition;
import graphql.language.FieldDefinition;
import graphql.language.InputObjectTypeDefinition;
import graphql.language.InputValueDefinition;
import graphql.language.ObjectTypeDefinition;
import graphql.language.Type;
import graphql.schema.idl.SchemaParser;
import graphql.schema.idl.TypeDefinitionRegistry;
import io.helmgate.proto.deployer.v1.ChartVersion;
import io.helmgate.proto.deployer.v1.Cluster;
import io.helmgate.proto.deployer.v1.OperationMetadata;
import io.helmgate.proto.deployer.v1.Release;
import io.helmgate.proto.deployer.v1.ReleasePlan;
import io.helmgate.proto.graphql.v1.Graphql;
import io.helmgate.proto.graphql.v1.GraphqlField;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The SDL and the proto say the same. */
class GraphqlContractTest {

  private static final List<FileDescriptor> FILES =
      List.of(
          AppRef.getDescriptor().getFile(),
          Release.getDescriptor().getFile(),
          OperationMetadata.getDescriptor().getFile(),
          ChartVersion.getDescriptor().getFile(),
          ReleasePlan.getDescriptor().getFile(),
          Cluster.getDescriptor().getFile(),
          Operation.getDescriptor().getFile(),
          Status.getDescriptor().getFile());

  /** Types whose messages have other names, since two messages of one name are two types. */
  private static final Map<String, Descriptor> RENAMED =
      Map.of("HelmRelease", Release.getDescriptor());

  /** What each Any holds. */
  private static final Map<String, String> PACKED =
      Map.of(
          "google.longrunning.Operation.metadata", "OperationMetadata",
          "google.longrunning.Operation.response", "Map",
          "google.rpc.Status.details", "Map");

  private static final Set<String> ROOTS = Set.of("Query", "Mutation", "Subscription");
  private static final TypeDefinitionRegistry SDL = sdl();
  // GraphQL selects fields by itself.
  private static final String READ_MASK = "view";

  static List<MethodDescriptor> methods() {
    return FILES.subList(0, 6).stream()
        .flatMap(file -> file.getServices().stream())
        .flatMap(service -> service.getMethods().stream())
        .toList();
  }

  static Stream<ObjectTypeDefinition> objects() {
    return SDL.getTypes(ObjectTypeDefinition.class).stream()
        .filter(type -> !ROOTS.contains(type.getName()));
  }

  static List<InputObjectTypeDefinition> inputs() {
    return SDL.getTypes(InputObjectTypeDefinition.class);
  }

  @ParameterizedTest
  @MethodSource("methods")
  void eachMethodNamesAFieldWithItsRequestAndResponse(MethodDescriptor method) {
    assertThat(method.getOptions().hasExtension(Graphql.graphql)).isTrue();
    GraphqlField option = method.getOptions().getExtension(Graphql.graphql);
    FieldDefinition field = rootField(option);
    assertThat(field.getInputValueDefinitions())
        .extracting(argument -> argument.getName() + ": " + text(argument.getType()))
        .containsExactly("input: " + method.getInputType().getName() + "!");
    assertThat(text(field.getType())).isEqualTo(resultType(method, option.getResult()));
  }

  @Test
  void eachRootFieldIsNamedByExactlyOneMethod() {
    List<String> named =
        methods().stream()
            .map(method -> method.getOptions().getExtension(Graphql.graphql))
            .map(GraphqlContractTest::fieldName)
            .toList();
    List<String> fields =
        ROOTS.stream()
            .flatMap(type -> object(type).getFieldDefinitions().stream())
            .map(FieldDefinition::getName)
            .toList();
    assertThat(named).containsExactlyInAnyOrderElementsOf(fields);
  }

  @ParameterizedTest
  @MethodSource("objects")
  void eachTypeHasTheFieldsOfItsMessage(ObjectTypeDefinition type) {
    Map<String, String> fields =
        type.getFieldDefinitions().stream()
            .collect(
                Collectors.toMap(FieldDefinition::getName, field -> nullable(field.getType())));
    assertThat(fields).isEqualTo(fieldsOf(message(type.getName())));
    assertThat(type.getFieldDefinitions()).allMatch(f -> f.getInputValueDefinitions().isEmpty());
  }

  @ParameterizedTest
  @MethodSource("inputs")
  void eachInputHasTheFieldsOfItsMessageWithoutTheReadMask(InputObjectTypeDefinition type) {
    Map<String, String> fields =
        type.getInputValueDefinitions().stream()
            .collect(
                Collectors.toMap(
                    InputValueDefinition::getName, field -> nullable(field.getType())));
    Map<String, String> expected = fieldsOf(message(type.getName()));
    expected.remove(READ_MASK);
    assertThat(fields).isEqualTo(expected);
  }

  @Test
  void everyRequestThatReturnsObjectsTakesAReadMask() {
    assertThat(methods())
        .filteredOn(method -> FILES.contains(method.getOutputType().getFile()))
        .allSatisfy(
            method ->
                assertThat(method.getInputType().findFieldByName(READ_MASK).getMessageType())
                    .isEqualTo(FieldMask.getDescriptor()));
  }

  @ParameterizedTest
  @CsvSource({
    "Maintainer, name email",
    "Dependency, chart version repository",
    "Release, version config",
    "Chart, name",
    "App, name namespace release chart",
    "Timestamps, ''",
  })
  void nonNullFieldsAreUpstreams(String type, String nonNull) {
    String fields =
        object(type).getFieldDefinitions().stream()
            .filter(field -> text(field.getType()).endsWith("!"))
            .map(FieldDefinition::getName)
            .collect(Collectors.joining(" "));
    assertThat(fields).isEqualTo(nonNull);
  }

  private static FieldDefinition rootField(GraphqlField option) {
    String name = fieldName(option);
    String type =
        switch (option.getOperationCase()) {
          case QUERY -> "Query";
          case MUTATION -> "Mutation";
          case SUBSCRIPTION -> "Subscription";
          case OPERATION_NOT_SET -> throw new AssertionError(option);
        };
    return object(type).getFieldDefinitions().stream()
        .filter(field -> field.getName().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError(type + "." + name + ": not in the SDL"));
  }

  /** At most one of them is set. */
  private static String fieldName(GraphqlField option) {
    return option.getQuery() + option.getMutation() + option.getSubscription();
  }

  private static String resultType(MethodDescriptor method, String result) {
    Descriptor response = method.getOutputType();
    if (!result.isEmpty()) {
      return graphqlType(response.findFieldByName(result));
    }
    return response.getFullName().equals("google.protobuf.Empty") ? "String" : typeName(response);
  }

  @Test
  void eachEnumHasTheValuesOfItsEnum() {
    assertThat(SDL.getTypes(EnumTypeDefinition.class))
        .isNotEmpty()
        .allSatisfy(
            type ->
                assertThat(type.getEnumValueDefinitions())
                    .extracting(EnumValueDefinition::getName)
                    .containsExactlyElementsOf(
                        enumOf(type.getName()).getValues().stream()
                            .map(EnumValueDescriptor::getName)
                            .toList()));
  }

  private static EnumDescriptor enumOf(String name) {
    return FILES.stream()
        .map(file -> file.findEnumTypeByName(name))
        .filter(Objects::nonNull)
        .findFirst()
        .orElseThrow(() -> new AssertionError(name));
  }

  private static Map<String, String> fieldsOf(Descriptor message) {
    return message.getFields().stream()
        .collect(
            Collectors.toMap(
                FieldDescriptor::getName,
                GraphqlContractTest::graphqlType,
                (one, other) -> other,
                TreeMap::new));
  }

  private static String graphqlType(FieldDescriptor field) {
    if (field.isMapField()) {
      return "Map";
    }
    String type =
        switch (field.getJavaType()) {
          case STRING -> "String";
          case INT -> "Int";
          case BOOLEAN -> "Boolean";
          case MESSAGE ->
              switch (field.getMessageType().getFullName()) {
                case "google.protobuf.Struct", "google.protobuf.Value" -> "Map";
                case "google.protobuf.Timestamp" -> "Time";
                case "google.protobuf.Duration" -> "String";
                case "google.protobuf.Any" -> PACKED.get(field.getFullName());
                default -> typeName(field.getMessageType());
              };
          case ENUM -> field.getEnumType().getName();
          case LONG, FLOAT, DOUBLE, BYTE_STRING ->
              throw new AssertionError(field.getFullName() + ": no GraphQL type chosen yet");
        };
    return field.isRepeated() ? "[" + type + "!]" : type;
  }

  private static Descriptor message(String name) {
    if (RENAMED.containsKey(name)) {
      return RENAMED.get(name);
    }
    return FILES.stream()
        .map(file -> file.findMessageTypeByName(name))
        .filter(Objects::nonNull)
        .findFirst()
        .orElseThrow(() -> new AssertionError(name));
  }

  private static String typeName(Descriptor message) {
    return RENAMED.entrySet().stream()
        .filter(renamed -> renamed.getValue().equals(message))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(message.getName());
  }

  private static ObjectTypeDefinition object(String name) {
    return SDL.getType(name, ObjectTypeDefinition.class).orElseThrow();
  }

  private static String nullable(Type<?> type) {
    String text = text(type);
    return text.endsWith("!") ? text.substring(0, text.length() - 1) : text;
  }

  private static String text(Type<?> type) {
    return AstPrinter.printAst(type);
  }

  private static TypeDefinitionRegistry sdl() {
    try (InputStream in =
        Objects.requireNonNull(AppRef.class.getResourceAsStream("/helmgate/schema.graphqls"))) {
      return new SchemaParser().parse(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
