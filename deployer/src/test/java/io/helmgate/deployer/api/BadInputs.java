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
import io.helmgate.kit.client.V1Grpc;
import io.helmgate.proto.deployer.v1.DeletionPropagation;
import io.helmgate.proto.deployer.v1.ValuesSourceKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Requests of all services with one bad field each, made of the descriptors. A field of which
 * nothing bad is known here fails the test, so that a new one is thought of.
 */
final class BadInputs {

  private static final String LONG = "a".repeat(300);
  private static final Pattern VARIABLE = Pattern.compile("\\{([a-z_]+)=([^}]*)}");
  private static final Map<String, String> SEGMENTS =
      Map.of(
          "clusters", "default",
          "namespaces", "team-a",
          "releases", "web",
          "operations", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
          "repositories", "sandbox",
          "charts", "demo",
          "versions", "0.1.0");

  /** What other fields need so that they are not at fault. */
  private static final Map<String, Object> GOOD =
      Map.ofEntries(
          Map.entry("release_id", "web"),
          Map.entry("chart", "sandbox/demo"),
          Map.entry("revision", 1),
          Map.entry("path", "a"),
          Map.entry("value", Value.newBuilder().setStringValue("x").build()),
          Map.entry(
              "ValuesSource.kind", ValuesSourceKind.VALUES_SOURCE_KIND_SECRET.getValueDescriptor()),
          Map.entry("ValuesSource.name", "web"),
          Map.entry("paths", List.of("/spec/replicas")),
          Map.entry("namespace", "team-a"),
          Map.entry("app_name", "web"),
          Map.entry("AppRef.name", "web"));

  /** Upstream's contract does not say what it requires. */
  private static final Set<String> REQUIRED =
      Set.of(
          "helmgate.AppRef.namespace",
          "helmgate.AppRef.name",
          "helmgate.AppInput.namespace",
          "helmgate.AppInput.chart",
          "helmgate.AppInput.app_name",
          "helmgate.HistoryFilter.ref");

  private static final Value NOT_A_NUMBER = Value.newBuilder().setNumberValue(Double.NaN).build();
  private static final Struct NO_VALUES = Struct.newBuilder().putFields("a", NOT_A_NUMBER).build();

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
          Map.entry("values", List.of(NO_VALUES)),
          Map.entry("layers", List.of(NO_VALUES)),
          Map.entry("plan_digest", List.of("x", "sha256:XYZ", LONG)),
          Map.entry("path", List.of("", "a[", "a..b", "a[x]")),
          Map.entry("target_path", List.of("a[", "a..b")),
          Map.entry("value", List.of(NOT_A_NUMBER, Value.getDefaultInstance())),
          Map.entry("tests", List.of("", "No_Name", LONG)),
          Map.entry("retries", List.of(-1, 6, 1)),
          Map.entry("order_by", List.of("revision", "name sideways", "name,name", LONG)),
          Map.entry("ListReleasesRequest.chart", List.of("a\nb", LONG)),
          Map.entry(
              "propagation",
              List.of(DeletionPropagation.getDescriptor().findValueByNumberCreatingIfUnknown(99))),
          Map.entry("paths", List.of("", "spec/replicas", "/spec/~2", LONG)),
          Map.entry("DriftIgnore.kind", List.of("a\nb", LONG)),
          Map.entry("object_name", List.of("a\nb", LONG)),
          Map.entry(
              "ValuesSource.kind",
              List.of(ValuesSourceKind.VALUES_SOURCE_KIND_UNSPECIFIED.getValueDescriptor())),
          Map.entry("ValuesSource.name", List.of("", "No_Name", LONG)),
          Map.entry("key", List.of("a/b", "a b", LONG)),
          Map.entry("namespace", List.of("", "Team-A", "-a", "a".repeat(64), "a\nb")),
          Map.entry("app_name", List.of("", "Web", "-web", "a".repeat(54), "we\u0000b")),
          Map.entry("AppRef.name", List.of("", "Web", "-web", "a".repeat(54), "we\u0000b")),
          Map.entry("selector", List.of("=", "a in", "a\nb", LONG)),
          Map.entry("limit", List.of(-1, Integer.MIN_VALUE)),
          Map.entry("offset", List.of(-1)),
          Map.entry("term", List.of("a\nb", LONG)),
          // Any text is a value; what excludes config is tested where values are.
          Map.entry("config", List.of()));

  private BadInputs() {}

  /**
   * A request.
   *
   * @param rpc the method's name, bare for {@code helmgate.deployer.v1}
   * @param field the only one at fault
   * @param fault the same as violations name it, with what is at fault within
   * @param inPath whether REST has it in the path
   */
  record BadInput(String rpc, String field, String fault, boolean inPath, Message request) {
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

  /** All of {@code helmgate.deployer.v1}. */
  static Stream<BadInput> v1() {
    return methods("helmgate.deployer.v1.").flatMap(method -> of(method, method.getName()));
  }

  /** All of the upstream contract. */
  static Stream<BadInput> facade() {
    return methods("helmgate.HelmProxyService").flatMap(method -> of(method, facade(method)));
  }

  /** For each method, by its name, a request at which nothing is wrong. */
  static Map<String, Message> good() {
    return Stream.concat(
            methods("helmgate.deployer.v1.")
                .map(method -> Map.entry(method.getName(), good(method))),
            methods("helmgate.HelmProxyService")
                .map(method -> Map.entry(facade(method), good(method))))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private static String facade(MethodDescriptor method) {
    return method.getService().getFullName() + "/" + method.getName();
  }

  private static Stream<MethodDescriptor> methods(String service) {
    return CallSchema.services().stream()
        .filter(each -> each.getName().startsWith(service))
        .flatMap(each -> each.getMethods().stream())
        .map(method -> V1Grpc.descriptor(method));
  }

  private static Stream<BadInput> of(MethodDescriptor method, String rpc) {
    Message good = good(method);
    return method.getInputType().getFields().stream()
        .flatMap(
            field ->
                bad(field)
                    .map(
                        value ->
                            new BadInput(
                                rpc,
                                field.getName(),
                                value.fault(),
                                route(method).contains("{" + field.getName()),
                                with(good, field, value.value()))));
  }

  private record Bad(String fault, Object value) {}

  /** Bad values of a field; of a repeated one, bad elements. */
  private static Stream<Bad> bad(FieldDescriptor field) {
    if (field.getJavaType() == FieldDescriptor.JavaType.BOOLEAN) {
      return Stream.of();
    }
    var name = field.getName() + (field.isRepeated() ? "[0]" : "");
    if (ours(field)) {
      Message good = good(field.getMessageType());
      return field.getMessageType().getFields().stream()
          .flatMap(
              inner ->
                  bad(inner)
                      .map(
                          bad ->
                              new Bad(name + "." + bad.fault(), with(good, inner, bad.value()))));
    }
    var known = known(BAD, field);
    if (known == null) {
      throw new AssertionError(field.getFullName() + ": nothing bad is known for this field");
    }
    return known.stream()
        .filter(value -> required(field) || !"".equals(value))
        .map(value -> new Bad(name + (NO_VALUES.equals(value) ? ".a" : ""), value));
  }

  private static boolean ours(FieldDescriptor field) {
    return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
        && !field.isMapField()
        && field.getMessageType().getFullName().startsWith("helmgate.");
  }

  private static <T> @Nullable T known(Map<String, T> values, FieldDescriptor field) {
    var special = values.get(field.getContainingType().getName() + "." + field.getName());
    return special == null ? values.get(field.getName()) : special;
  }

  private static Message with(Message good, FieldDescriptor field, Object value) {
    return good.toBuilder().setField(field, field.isRepeated() ? List.of(value) : value).build();
  }

  private static boolean required(FieldDescriptor field) {
    return field.isRepeated()
        || REQUIRED.contains(field.getFullName())
        || field
            .getOptions()
            .getExtension(FieldBehaviorProto.fieldBehavior)
            .contains(FieldBehavior.REQUIRED);
  }

  /** A request at which nothing is wrong, but that what it names may not exist. */
  private static Message good(MethodDescriptor method) {
    var request = good(method.getInputType()).toBuilder();
    Matcher variable = VARIABLE.matcher(route(method));
    while (variable.find()) {
      request.setField(
          method.getInputType().findFieldByName(variable.group(1)), named(variable.group(2)));
    }
    return request.build();
  }

  private static DynamicMessage good(Descriptor type) {
    var message = DynamicMessage.newBuilder(type);
    for (FieldDescriptor field : type.getFields()) {
      var value = ours(field) ? good(field.getMessageType()) : known(GOOD, field);
      if (required(field) && value != null && field.isRepeated() == value instanceof List) {
        message.setField(field, value);
      }
    }
    return message.build();
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
