package io.helmgate.deployer.api;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.EmptyProto;
import com.google.protobuf.StructProto;
import com.google.protobuf.TimestampProto;
import io.grpc.MethodDescriptor;
import io.grpc.protobuf.ProtoUtils;
import java.util.Map;

/**
 * The contract as upstream helmgate published it in 2021-03, by its field table alone: none of our
 * generated code, none of our additions.
 */
final class UpstreamContract {

  private static final String MESSAGES =
      """
      Dependency: string chart 1, string version 2, string repository 3
      Maintainer: string name 1, string email 2
      ChartFilter: string term 1, bool regex 2
      Chart: string name 1, string home 2, string description 3, string version 4, \
      string* sources 5, string* keywords 6, string icon 7, bool deprecated 8, \
      .helmgate.Dependency* dependencies 9, .helmgate.Maintainer* maintainers 10
      Charts: .helmgate.Chart* charts 1
      Timestamps: .google.protobuf.Timestamp created 1, .google.protobuf.Timestamp updated 2, \
      .google.protobuf.Timestamp deleted 3
      Release: uint32 version 1, .google.protobuf.Struct config 2, string notes 3, \
      string description 4, string status 5, .helmgate.Timestamps timestamps 6
      App: string name 1, string namespace 2, .helmgate.Release release 5, .helmgate.Chart chart 20
      Apps: .helmgate.App* apps 1
      AppFilter: string namespace 1, string selector 2, uint32 limit 3, uint32 offset 4
      AppRef: string namespace 1, string name 2
      AppInput: string namespace 1, string chart 2, string app_name 3, .helmgate.Entry* config 4
      HistoryFilter: .helmgate.AppRef ref 1, uint32 limit 2
      """;

  private static final Map<String, FieldDescriptorProto.Type> SCALARS =
      Map.of(
          "string",
          FieldDescriptorProto.Type.TYPE_STRING,
          "bool",
          FieldDescriptorProto.Type.TYPE_BOOL,
          "uint32",
          FieldDescriptorProto.Type.TYPE_UINT32);

  private final FileDescriptor file = file();

  private static FileDescriptor file() {
    var file =
        FileDescriptorProto.newBuilder()
            .setName("upstream.proto")
            .setPackage("helmgate")
            .setSyntax("proto3")
            .addDependency("google/protobuf/struct.proto")
            .addDependency("google/protobuf/timestamp.proto")
            .addMessageType(message("Entry: string key 1, string value 2"));
    MESSAGES.lines().forEach(line -> file.addMessageType(message(line)));
    try {
      return FileDescriptor.buildFrom(
          file.build(),
          new FileDescriptor[] {StructProto.getDescriptor(), TimestampProto.getDescriptor()});
    } catch (DescriptorValidationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** On the wire a map is a list of entries with the fields key and value. */
  private static DescriptorProto message(String line) {
    int colon = line.indexOf(':');
    var message = DescriptorProto.newBuilder().setName(line.substring(0, colon));
    for (var text : java.util.List.of(line.substring(colon + 1).split(",", -1))) {
      var words = text.strip().split(" ", 3);
      var type = words[0].replace("*", "");
      var field =
          FieldDescriptorProto.newBuilder()
              .setName(words[1])
              .setNumber(Integer.parseInt(words[2]))
              .setLabel(words[0].endsWith("*") ? Label.LABEL_REPEATED : Label.LABEL_OPTIONAL);
      if (SCALARS.containsKey(type)) {
        field.setType(SCALARS.get(type));
      } else {
        field.setType(FieldDescriptorProto.Type.TYPE_MESSAGE).setTypeName(type);
      }
      message.addField(field);
    }
    return message.build();
  }

  Descriptor type(String name) {
    return name.equals("Empty")
        ? EmptyProto.getDescriptor().findMessageTypeByName(name)
        : file.findMessageTypeByName(name);
  }

  MethodDescriptor<DynamicMessage, DynamicMessage> method(
      String name, String request, String response) {
    return MethodDescriptor.<DynamicMessage, DynamicMessage>newBuilder()
        .setType(MethodDescriptor.MethodType.UNARY)
        .setFullMethodName("helmgate.HelmProxyService/" + name)
        .setRequestMarshaller(
            ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(type(request))))
        .setResponseMarshaller(
            ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(type(response))))
        .build();
  }
}
