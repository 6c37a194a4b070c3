package io.helmgate.kit.call;

import com.google.api.AnnotationsProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.ExtensionRegistry;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Links a serialized {@code google.protobuf.FileDescriptorSet}. */
final class DescriptorSet {

  private final Map<String, FileDescriptor> linked = new HashMap<>();

  private DescriptorSet() {}

  /**
   * The services of all files of a set, in its order.
   *
   * @throws IllegalArgumentException when it is none, or lacks a file that another one imports
   */
  static List<ServiceDescriptor> services(ByteString set) {
    ExtensionRegistry extensions = ExtensionRegistry.newInstance();
    AnnotationsProto.registerAllExtensions(extensions);
    try {
      var links = new DescriptorSet();
      List<ServiceDescriptor> services = new ArrayList<>();
      // A set lists each file after those that it imports.
      for (FileDescriptorProto file : FileDescriptorSet.parseFrom(set, extensions).getFileList()) {
        services.addAll(links.link(file).getServices());
      }
      return services;
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("no FileDescriptorSet: " + e.getMessage(), e);
    }
  }

  private FileDescriptor link(FileDescriptorProto file) {
    List<FileDescriptor> imports = new ArrayList<>();
    for (String name : file.getDependencyList()) {
      FileDescriptor imported = linked.get(name);
      if (imported == null) {
        throw new IllegalArgumentException(
            "%s imports %s, which is missing (expected: a set with all imports, in their order)"
                .formatted(file.getName(), name));
      }
      imports.add(imported);
    }
    try {
      FileDescriptor descriptor =
          FileDescriptor.buildFrom(file, imports.toArray(FileDescriptor[]::new));
      linked.put(file.getName(), descriptor);
      return descriptor;
    } catch (DescriptorValidationException e) {
      throw new IllegalArgumentException(file.getName() + ": " + e.getMessage(), e);
    }
  }
}
