package io.helmgate.kit.call;

import com.google.api.AnnotationsProto;
import com.google.api.HttpRule;
import com.google.protobuf.AnyProto;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MessageOptions;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodOptions;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.FieldMaskProto;
import com.google.protobuf.StructProto;
import com.google.protobuf.WrappersProto;
import io.helmgate.proto.graphql.v1.Graphql;
import io.helmgate.proto.graphql.v1.GraphqlField;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Schemas of one method with one request type that has fields of many kinds. */
final class TestSchemas {

  /** What field "labels" of the request is. */
  enum Labels {
    BY_STRING,
    BY_NUMBER,
    ANY_INSTEAD
  }

  private static final FieldDescriptorProto.Type STRING = FieldDescriptorProto.Type.TYPE_STRING;
  private static final FieldDescriptorProto.Type UINT32 = FieldDescriptorProto.Type.TYPE_UINT32;

  private TestSchemas() {}

  /**
   * A schema of one method.
   *
   * @param graphql the root field that the method names; null for none
   */
  static CallSchema of(
      String sdl, List<HttpRule> rules, @Nullable GraphqlField graphql, Labels labels)
      throws DescriptorValidationException {
    MethodOptions.Builder options = MethodOptions.newBuilder();
    if (!rules.isEmpty()) {
      options.setExtension(
          AnnotationsProto.http,
          rules.getFirst().toBuilder()
              .addAllAdditionalBindings(rules.subList(1, rules.size()))
              .build());
    }
    if (graphql != null) {
      options.setExtension(Graphql.graphql, graphql);
    }
    FileDescriptorProto file =
        FileDescriptorProto.newBuilder()
            .setName("test.proto")
            .setPackage("test")
            .setSyntax("proto3")
            .addAllDependency(
                List.of(
                    "google/protobuf/any.proto",
                    "google/protobuf/field_mask.proto",
                    "google/protobuf/struct.proto",
                    "google/protobuf/wrappers.proto"))
            .addMessageType(request(labels))
            .addMessageType(
                DescriptorProto.newBuilder()
                    .setName("Inner")
                    .addField(field("name", 1, STRING))
                    .addField(field("count", 2, UINT32)))
            .addService(
                ServiceDescriptorProto.newBuilder()
                    .setName("Service")
                    .addMethod(
                        MethodDescriptorProto.newBuilder()
                            .setName("Call")
                            .setInputType(".test.Request")
                            .setOutputType(".test.Inner")
                            .setOptions(options)))
            .build();
    FileDescriptor descriptor =
        FileDescriptor.buildFrom(
            file,
            new FileDescriptor[] {
              AnyProto.getDescriptor(),
              FieldMaskProto.getDescriptor(),
              StructProto.getDescriptor(),
              WrappersProto.getDescriptor()
            });
    return CallSchema.of(List.of(descriptor), DynamicMessage::getDefaultInstance, sdl);
  }

  private static DescriptorProto request(Labels labels) {
    DescriptorProto.Builder request =
        DescriptorProto.newBuilder()
            .setName("Request")
            .addField(field("name", 1, STRING))
            .addField(message("inner", 2, ".test.Inner"))
            .addField(
                message("inners", 3, ".test.Inner").toBuilder()
                    .setLabel(FieldDescriptorProto.Label.LABEL_REPEATED))
            .addField(
                field("tags", 4, STRING).toBuilder()
                    .setLabel(FieldDescriptorProto.Label.LABEL_REPEATED))
            .addField(field("flag", 5, FieldDescriptorProto.Type.TYPE_BOOL))
            .addField(field("big", 6, FieldDescriptorProto.Type.TYPE_INT64))
            .addField(message("any", 7, ".google.protobuf.Value"))
            .addField(message("maybe", 8, ".google.protobuf.StringValue"))
            .addField(field("some_text", 9, STRING))
            .addField(field("ratio", 10, FieldDescriptorProto.Type.TYPE_DOUBLE))
            .addField(message("mask", 11, ".google.protobuf.FieldMask"))
            .addField(message("view", 12, ".google.protobuf.FieldMask"));
    if (labels == Labels.ANY_INSTEAD) {
      return request.addField(message("packed", 13, ".google.protobuf.Any")).build();
    }
    return request
        .addField(
            message("labels", 13, ".test.Request.LabelsEntry").toBuilder()
                .setLabel(FieldDescriptorProto.Label.LABEL_REPEATED))
        .addNestedType(
            DescriptorProto.newBuilder()
                .setName("LabelsEntry")
                .setOptions(MessageOptions.newBuilder().setMapEntry(true))
                .addField(field("key", 1, labels == Labels.BY_STRING ? STRING : UINT32))
                .addField(field("value", 2, STRING)))
        .build();
  }

  private static FieldDescriptorProto field(
      String name, int number, FieldDescriptorProto.Type type) {
    return FieldDescriptorProto.newBuilder()
        .setName(name)
        .setNumber(number)
        .setType(type)
        .setLabel(FieldDescriptorProto.Label.LABEL_OPTIONAL)
        .build();
  }

  private static FieldDescriptorProto message(String name, int number, String type) {
    return FieldDescriptorProto.newBuilder(
            field(name, number, FieldDescriptorProto.Type.TYPE_MESSAGE))
        .setTypeName(type)
        .build();
  }
}
