package io.helmgate.kit.call;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Message;
import java.util.List;

/**
 * A method that can be called.
 *
 * @param method its descriptor
 * @param path {@code /package.Service/Method}
 * @param prototype an empty request
 */
record Rpc(MethodDescriptor method, String path, Message prototype) {

  static Rpc of(MethodDescriptor method, Message prototype) {
    return new Rpc(
        method, "/" + method.getService().getFullName() + "/" + method.getName(), prototype);
  }

  Descriptor requestType() {
    return prototype.getDescriptorForType();
  }

  boolean clientStreaming() {
    return method.isClientStreaming();
  }

  /** The only call of a request that cannot make several. */
  List<Call> call(Message request) {
    return List.of(call(request, "", 0, 1));
  }

  Call call(Message request, String responseKey, int index, int count) {
    return new Call(method.getService().getFullName(), path, request, responseKey, index, count);
  }
}
