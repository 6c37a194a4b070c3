package io.helmgate.kit.call;

import com.google.api.HttpRule;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One HTTP route of an RPC ({@code google.api.http}).
 *
 * @param httpMethod GET, DELETE, POST, PUT or PATCH
 * @param template its path
 * @param variables where each variable of the template goes
 * @param body what the body binds
 * @param rpc what it calls
 */
record RestBinding(
    String httpMethod,
    PathTemplate template,
    Map<PathTemplate.Variable, FieldPath> variables,
    Body body,
    Rpc rpc) {

  /** What of the request message comes from the body. */
  sealed interface Body {
    /** Nothing: there is no body. */
    record None() implements Body {}

    /** Everything that the path does not bind. */
    record Whole() implements Body {}

    /** One field. */
    record Field(FieldDescriptor field) implements Body {}
  }

  /** The routes of an RPC; throws IllegalArgumentException for what is not supported. */
  static List<RestBinding> of(Rpc rpc, HttpRule rule, RequestTypes types) {
    return Stream.concat(Stream.of(rule), rule.getAdditionalBindingsList().stream())
        .map(one -> binding(rpc, one, types))
        .toList();
  }

  /** The values of the path's variables, decoded once. */
  Map<FieldPath, String> bind(List<String> segments) throws RefusedException {
    Map<FieldPath, String> values = new HashMap<>();
    for (Map.Entry<PathTemplate.Variable, FieldPath> entry : variables.entrySet()) {
      PathTemplate.Variable variable = entry.getKey();
      List<String> decoded = new ArrayList<>();
      for (String segment : segments.subList(variable.from(), variable.to())) {
        decoded.add(PercentEncoding.decode("path", segment));
      }
      values.put(entry.getValue(), String.join("/", decoded));
    }
    return values;
  }

  private static RestBinding binding(Rpc rpc, HttpRule rule, RequestTypes types) {
    PathTemplate template =
        switch (rule.getPatternCase()) {
          case GET -> PathTemplate.parse(rule.getGet());
          case PUT -> PathTemplate.parse(rule.getPut());
          case POST -> PathTemplate.parse(rule.getPost());
          case DELETE -> PathTemplate.parse(rule.getDelete());
          case PATCH -> PathTemplate.parse(rule.getPatch());
          case CUSTOM, PATTERN_NOT_SET -> throw unsupported(rpc, "get, put, post, delete or patch");
        };
    boolean mayHaveBody =
        switch (rule.getPatternCase()) {
          case PUT, POST, PATCH -> true;
          case GET, DELETE, CUSTOM, PATTERN_NOT_SET -> false;
        };
    if (!rule.getBody().isEmpty() && !mayHaveBody) {
      throw unsupported(rpc, "no body with " + rule.getPatternCase());
    }
    Map<PathTemplate.Variable, FieldPath> variables = variables(rpc, template, types);
    return new RestBinding(
        rule.getPatternCase().name(), template, variables, body(rpc, rule, variables, types), rpc);
  }

  private static Map<PathTemplate.Variable, FieldPath> variables(
      Rpc rpc, PathTemplate template, RequestTypes types) {
    Map<PathTemplate.Variable, FieldPath> variables = new HashMap<>();
    Set<FieldPath> bound = new HashSet<>();
    for (PathTemplate.Variable variable : template.variables()) {
      FieldPath path =
          FieldPath.find(types, rpc.requestType(), variable.fieldPath())
              .filter(found -> isScalar(found.field()))
              .orElseThrow(() -> unsupported(rpc, "a scalar field as " + variable.fieldPath()));
      if (!bound.add(path)) {
        throw unsupported(rpc, "one variable for " + path.text());
      }
      variables.put(variable, path);
    }
    return Map.copyOf(variables);
  }

  private static boolean isScalar(FieldDescriptor field) {
    return !field.isRepeated()
        && switch (field.getJavaType()) {
          case STRING, INT, LONG, BOOLEAN, ENUM -> true;
          case MESSAGE, BYTE_STRING, FLOAT, DOUBLE -> false;
        };
  }

  private static Body body(
      Rpc rpc, HttpRule rule, Map<PathTemplate.Variable, FieldPath> variables, RequestTypes types) {
    return switch (rule.getBody()) {
      case "" -> new Body.None();
      case "*" -> new Body.Whole();
      default -> {
        FieldDescriptor field =
            types
                .field(rpc.requestType(), rule.getBody())
                .filter(found -> !found.isRepeated())
                .filter(found -> found.getJavaType() == FieldDescriptor.JavaType.MESSAGE)
                .filter(found -> JsonForm.of(found.getMessageType()) == JsonForm.FIELDS)
                .orElseThrow(() -> unsupported(rpc, "a message field as body " + rule.getBody()));
        if (variables.values().stream().anyMatch(path -> path.startsWith(field))) {
          throw unsupported(rpc, "no variable within body " + rule.getBody());
        }
        yield new Body.Field(field);
      }
    };
  }

  private static IllegalArgumentException unsupported(Rpc rpc, String expected) {
    return new IllegalArgumentException(
        rpc.path() + ": google.api.http not supported (expected: " + expected + ")");
  }
}
