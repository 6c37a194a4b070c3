package io.helmgate.deployer.api;

import com.google.api.AnnotationsProto;
import com.google.api.FieldBehavior;
import com.google.api.FieldBehaviorProto;
import com.google.api.HttpRule;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Duration;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.FieldMask;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.Durations;
import io.helmgate.kit.call.CallSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Requests of {@code helmgate.deployer.v1} with one bad field each, made of the descriptors. A
 * field of which nothing bad is known here fails the test, so that a new one is thought of.
 */
final class BadInputs {

  private static final String LONG = "a".repeat(300);
  private static final Pattern VARIABLE = Pattern.compile("\\{([a-z_]+)=([^}]*)}");
  private static final Map<String, String> SEGMENTS =
      Map.of(
          "clusters", "default",
          "namespaces", "team-a",
          "releases", "web",
          "operations", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");

  /** What other fields need so that they are not at fault. */
  private static final Map<String, Object> GOOD =
      Map.of("release_id", "web", "chart", "sandbox/demo", "revision", 1);

  private static final Map<String, List<?>> BAD =
      Map.ofEntries(
          Map.entry("parent", List.of("", "x", "clusters/default", LONG, "a\nb")),
          Map.entry("name", List.of("", "x", "clusters/default/namespaces/-", LONG, "a\nb")),
          Map.entry("release_id", List.of("", "Web", "-web", "a".repeat(54), "we\u0000b")),
          Map.entry("chart", List.of("", "web", "a/b/c", "../b", "a/b\n", LONG)),
          Map.entry("version", List.of("latest", "1 2", ">=1", LONG)),
          Map.entry("page_size", List.of(-1, Integer.MIN_VALUE)),
          Map.entry("page_token", List.of("rubbish", "\u0000", LONG)),
          Map.entry("revision", List.of(-1)),
          Map.entry("after_sequence", List.of(-1)),
          Map.entry("request_id", List.of("42", "not-a-uuid", LONG)),
          Map.entry("search", List.of("a\nb", LONG)),
          Map.entry("statuses", List.of("", "De ployed", LONG)),
          Map.entry(
              "timeout",
              List.of(
                  Durations.fromSeconds(-1),
                  Durations.fromSeconds(100_000),
                  Duration.newBuilder().setSeconds(1).setNanos(-1).build())),
          Map.entry(
              "view",
              List.of(
                  FieldMask.newBuilder().addPaths("nonsense").build(), mask("a..b"), mask(LONG))),
          Map.entry(
              "values",
              List.of(
                  Struct.newBuilder()
                      .putFields("a", Value.newBuilder().setNumberValue(Double.NaN).build())
                      .build())));

  private BadInputs() {}

  /**
   * A request.
   *
   * @param rpc the method's bare name
   * @param field the only one at fault
   * @param inPath whether REST has it in the path
   */
  record BadInput(String rpc, String field, boolean inPath, Message request) {
    @Override
    public String toString() {
      var text = String.valueOf(request.getField(descriptor())).replaceAll("\\s+", " ");
      return rpc + " " + field + " " + text.substring(0, Math.min(60, text.length()));
    }

    /** Whether its bad value has control characters. */
    boolean control() {
      return String.valueOf(request.getField(descriptor()))
          .chars()
          .anyMatch(Character::isISOControl);
    }

    private FieldDescriptor descriptor() {
      return request.getDescriptorForType().findFieldByName(field);
    }
  }

  /** All of them. */
  static Stream<BadInput> all() {
    return CallSchema.services().stream()
        .filter(service -> service.getName().startsWith("helmgate.deployer.v1."))
        .flatMap(service -> service.getMethods().stream())
        .map(method -> V1Grpc.descriptor(method))
        .flatMap(BadInputs::of);
  }

  private static Stream<BadInput> of(MethodDescriptor method) {
    Message good = good(method);
    List<BadInput> inputs = new ArrayList<>();
    for (FieldDescriptor field : method.getInputType().getFields()) {
      for (Object bad : bad(field)) {
        var request = DynamicMessage.newBuilder(method.getInputType()).mergeFrom(good);
        request.setField(field, field.isRepeated() ? List.of(bad) : bad);
        inputs.add(
            new BadInput(
                method.getName(),
                field.getName(),
                route(method).contains("{" + field.getName()),
                request.build()));
      }
    }
    return inputs.stream();
  }

  private static List<?> bad(FieldDescriptor field) {
    if (field.getJavaType() == FieldDescriptor.JavaType.BOOLEAN) {
      return List.of();
    }
    var bad = BAD.get(field.getName());
    if (bad == null) {
      throw new AssertionError(field.getFullName() + ": nothing bad is known for this field");
    }
    return required(field) ? bad : bad.stream().filter(value -> !"".equals(value)).toList();
  }

  private static boolean required(FieldDescriptor field) {
    return field.isRepeated()
        || field
            .getOptions()
            .getExtension(FieldBehaviorProto.fieldBehavior)
            .contains(FieldBehavior.REQUIRED);
  }

  /** A request at which nothing is wrong, but that what it names may not exist. */
  private static Message good(MethodDescriptor method) {
    Descriptor type = method.getInputType();
    var request = DynamicMessage.newBuilder(type);
    Matcher variable = VARIABLE.matcher(route(method));
    while (variable.find()) {
      request.setField(type.findFieldByName(variable.group(1)), named(variable.group(2)));
    }
    for (FieldDescriptor field : type.getFields()) {
      if (required(field) && !field.isRepeated() && !request.hasField(field)) {
        var value = GOOD.get(field.getName());
        if (value != null) {
          request.setField(field, value);
        }
      }
    }
    return request.build();
  }

  /** Fills the asterisks of a pattern, each by what stands before it. */
  private static String named(String pattern) {
    List<String> segments = new ArrayList<>();
    for (String segment : pattern.split("/", -1)) {
      segments.add(segment.equals("*") ? SEGMENTS.get(segments.getLast()) : segment);
    }
    return String.join("/", segments);
  }

  private static String route(MethodDescriptor method) {
    HttpRule rule = method.getOptions().getExtension(AnnotationsProto.http);
    return rule.getGet() + rule.getPost() + rule.getDelete();
  }

  private static FieldMask mask(String path) {
    return FieldMask.newBuilder().addPaths(path).build();
  }
}
