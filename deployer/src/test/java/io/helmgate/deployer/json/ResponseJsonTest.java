package io.helmgate.deployer.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Empty;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import com.google.rpc.BadRequest;
import com.google.rpc.RetryInfo;
import io.helmgate.kit.call.CallSchema;
import io.helmgate.proto.deployer.v1.ListReleasesResponse;
import io.helmgate.proto.deployer.v1.OperationMetadata;
import io.helmgate.proto.deployer.v1.Release;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class ResponseJsonTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int DEPTH = 4;

  private static final TypeRegistry PACKED =
      TypeRegistry.newBuilder()
          .add(
              List.of(
                  Release.getDescriptor(),
                  OperationMetadata.getDescriptor(),
                  Empty.getDescriptor(),
                  BadRequest.getDescriptor()))
          .build();

  private static final JsonFormat.Printer REFERENCE =
      JsonFormat.printer().usingTypeRegistry(PACKED).alwaysPrintFieldsWithNoPresence();

  private static final ResponseJson RESPONSES = new ResponseJson(CallSchema.responses());

  @ParameterizedTest
  @CsvSource({
    "3, 3",
    "-3, -3",
    "0, 0",
    "1234500000, 1234500000",
    "12345678901, 12345678901",
    "9007199254740992, 9007199254740992",
    "1e300, 1.0E300",
    "0.25, 0.25",
    "1.5e-7, 1.5E-7"
  })
  void wholeNumbersOfValuesAreWhole(double number, String printed) {
    var value = Value.newBuilder().setNumberValue(number).build();
    var struct = Struct.newBuilder().putFields("a", value).putFields("z", value).build();

    assertThat(print(struct)).isEqualTo("{\"a\":%1$s,\"z\":%1$s}".formatted(printed));
    assertThat(RESPONSES.tree(struct).get("z")).hasToString(printed);
  }

  @Test
  void textIsPrintedAsItIs() {
    var text = "<a href='b'> & 1.0, \"2.0\" \\u003c é \u2028";
    var release = Release.newBuilder().setNotes(text).build();

    assertThat(print(release))
        .contains("\"notes\":\"<a href='b'> & 1.0, \\\"2.0\\\" \\\\u003c é \u2028\"");
    assertThat(RESPONSES.tree(release)).containsEntry("notes", text);
  }

  @Test
  void whatIsUnsetIsPrinted() {
    assertThat(print(ListReleasesResponse.newBuilder().setNextPageToken("x").build()))
        .isEqualTo("{\"releases\":[],\"nextPageToken\":\"x\",\"unreachable\":[]}");
  }

  @ParameterizedTest
  @MethodSource("io.helmgate.kit.call.CallSchema#responses")
  void itIsTheJsonOfProtobuf(Message response) throws IOException {
    for (var message : List.of(response, filled(response.newBuilderForType(), DEPTH))) {
      assertThat(JSON.readTree(RESPONSES.print(message)))
          .isEqualTo(JSON.readTree(REFERENCE.print(message)));
      assertThat(JSON.readTree(JSON.writeValueAsBytes(RESPONSES.tree(message))))
          .isEqualTo(JSON.readTree(REFERENCE.preservingProtoFieldNames().print(message)));
    }
  }

  @Test
  void whatNoResponseHoldsIsNotPrinted() {
    var unknown = Any.pack(RetryInfo.getDefaultInstance());
    var status = com.google.rpc.Status.newBuilder().addDetails(unknown);
    var operation = com.google.longrunning.Operation.newBuilder().setError(status).build();

    assertThatThrownBy(() -> RESPONSES.print(operation))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("every response is JSON: google.longrunning.Operation");
  }

  /** With something in each field. */
  private static Message filled(Message.Builder message, int depth) {
    for (var field : message.getDescriptorForType().getFields()) {
      if (field.isMapField()) {
        continue;
      }
      boolean whole = field.getJavaType() != FieldDescriptor.JavaType.MESSAGE || depth > 0;
      if (whole && field.isRepeated()) {
        message.addRepeatedField(field, something(message, field, depth));
        message.addRepeatedField(field, something(message, field, depth));
      } else if (whole) {
        message.setField(field, something(message, field, depth));
      }
    }
    return message.build();
  }

  private static Object something(Message.Builder message, FieldDescriptor field, int depth) {
    return switch (field.getJavaType()) {
      case INT -> -7;
      case LONG -> 1L << 60;
      case FLOAT -> 0.5f;
      case DOUBLE -> 0.25;
      case BOOLEAN -> true;
      case STRING -> "a \"text\" <é>\n";
      case BYTE_STRING -> ByteString.copyFromUtf8("bytes?>");
      case ENUM -> field.getEnumType().getValues().getLast();
      case MESSAGE -> something(message.newBuilderForField(field), depth);
    };
  }

  private static Message something(Message.Builder message, int depth) {
    return switch (message.getDefaultInstanceForType()) {
      case Any _ -> Any.pack(filled(Release.newBuilder(), depth - 1));
      case Struct _ ->
          Struct.newBuilder()
              .putFields("a b", Value.newBuilder().setNumberValue(0.5).build())
              .putFields(
                  "none",
                  Value.newBuilder().setNullValue(com.google.protobuf.NullValue.NULL_VALUE).build())
              .build();
      case com.google.protobuf.Timestamp _ ->
          com.google.protobuf.Timestamp.newBuilder().setSeconds(1_700_000_000).setNanos(5).build();
      case com.google.protobuf.Duration _ ->
          com.google.protobuf.Duration.newBuilder().setSeconds(90).build();
      case Message _ -> filled(message, depth - 1);
    };
  }

  private static String print(Message message) {
    return new String(RESPONSES.print(message), StandardCharsets.UTF_8);
  }
}
