package io.helmgate.deployer.dispatch;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.FieldMask;
import com.google.protobuf.Message;
import io.helmgate.proto.Apps;
import io.helmgate.proto.Charts;
import java.util.List;

/**
 * Cuts responses down to the fields that a request asks for. Other than FieldMaskUtil, a path may
 * lead through a repeated field, as a GraphQL selection does ({@code chart.maintainers.name}).
 */
final class Views {

  private Views() {}

  /** Whether a path names a field of messages of a type. */
  static boolean isField(Descriptor type, String path) {
    int dot = path.indexOf('.');
    var field = type.findFieldByName(dot < 0 ? path : path.substring(0, dot));
    if (field == null || dot < 0) {
      return field != null;
    }
    return isAny(field)
        || (hasFieldsToName(field) && isField(field.getMessageType(), path.substring(dot + 1)));
  }

  /** Whether a view asks for a field, or for something within it. */
  static boolean names(FieldMask view, String field) {
    return view.getPathsList().stream()
        .anyMatch(path -> path.equals(field) || path.startsWith(field + "."));
  }

  /** The part of a response that its request's {@code view} names; all of it without a view. */
  static Message apply(Message request, Message response) {
    var paths = view(request).getPathsList();
    if (paths.isEmpty()) {
      return response;
    }
    return switch (response) {
      case Apps apps -> trim(apps, below(paths, "apps"));
      case Charts charts -> trim(charts, below(paths, "charts"));
      default -> trim(response, paths);
    };
  }

  private static FieldMask view(Message request) {
    var field = request.getDescriptorForType().findFieldByName("view");
    return field != null && request.getField(field) instanceof FieldMask view
        ? view
        : FieldMask.getDefaultInstance();
  }

  private static List<String> below(List<String> paths, String field) {
    return paths.stream().map(path -> field + "." + path).toList();
  }

  private static Message trim(Message message, List<String> paths) {
    var trimmed = message.newBuilderForType();
    message
        .getAllFields()
        .forEach(
            (field, value) -> {
              var prefix = field.getName() + ".";
              var inner =
                  paths.stream()
                      .filter(path -> path.startsWith(prefix))
                      .map(path -> path.substring(prefix.length()))
                      .toList();
              if (paths.contains(field.getName()) || (isAny(field) && !inner.isEmpty())) {
                trimmed.setField(field, value);
              } else if (inner.isEmpty()) {
                return;
              } else if (field.isRepeated()) {
                ((List<?>) value)
                    .forEach(each -> trimmed.addRepeatedField(field, trim((Message) each, inner)));
              } else {
                trimmed.setField(field, trim((Message) value, inner));
              }
            });
    return trimmed.build();
  }

  /** What is within one no descriptor tells, so that a path through it takes all of it. */
  private static boolean isAny(FieldDescriptor field) {
    return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
        && field.getMessageType().getFullName().equals("google.protobuf.Any");
  }

  /** Maps and the well-known types are values: a view takes them whole. */
  private static boolean hasFieldsToName(FieldDescriptor field) {
    return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
        && !field.isMapField()
        && !field.getMessageType().getFile().getPackage().equals("google.protobuf");
  }
}
