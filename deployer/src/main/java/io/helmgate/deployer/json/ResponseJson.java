package io.helmgate.deployer.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.core.util.JsonGeneratorDelegate;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import com.google.protobuf.Empty;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import io.helmgate.proto.deployer.v1.OperationMetadata;
import io.helmgate.proto.deployer.v1.Release;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.curioswitch.common.protobuf.json.MessageMarshaller;

/**
 * Prints responses as proto JSON with unset scalars, lists and maps included, as upstream does.
 * Whole numbers within values are printed as such, where protobuf's own printer writes 3.0.
 */
public final class ResponseJson {

  /** What an Any of a response may hold. */
  private static final List<Message> PACKED =
      List.of(
          Release.getDefaultInstance(),
          OperationMetadata.getDefaultInstance(),
          Empty.getDefaultInstance(),
          ErrorInfo.getDefaultInstance(),
          BadRequest.getDefaultInstance());

  private static final TypeReference<Map<String, Object>> MAP = new TypeReference<>() {};

  private final ObjectMapper mapper = new ObjectMapper();
  private final CompletableFuture<MessageMarshaller> json;
  private final CompletableFuture<MessageMarshaller> tree;

  /**
   * Begins to make the code that prints them, which takes the better part of a second; whoever
   * prints before that is done waits.
   *
   * @param responses an empty message of each type that is printed
   */
  public ResponseJson(List<Message> responses) {
    List<Message> types = Stream.concat(PACKED.stream(), responses.stream()).toList();
    this.json = CompletableFuture.supplyAsync(() -> marshaller(types).build());
    this.tree = json.thenApplyAsync(_ -> marshaller(types).preservingProtoFieldNames(true).build());
  }

  private static MessageMarshaller.Builder marshaller(List<Message> types) {
    var builder = MessageMarshaller.builder().includingDefaultValueFields(true);
    types.forEach(builder::register);
    return builder.omittingInsignificantWhitespace(true);
  }

  /** Proto JSON, names in lowerCamelCase; in UTF-8. */
  public byte[] print(Message message) {
    var bytes = new ByteArrayOutputStream();
    try (var generator = new WholeNumbers(mapper.createGenerator(bytes))) {
      json.join().writeValue(message, generator);
    } catch (IOException e) {
      throw unprintable(message, e);
    }
    return bytes.toByteArray();
  }

  /** The same as plain Java, names as in the proto. */
  public Map<String, Object> tree(Message message) {
    try (var buffer = new TokenBuffer(mapper, false)) {
      tree.join().writeValue(message, new WholeNumbers(buffer));
      return mapper.readValue(buffer.asParser(), MAP);
    } catch (IOException e) {
      throw unprintable(message, e);
    }
  }

  private static IllegalStateException unprintable(Message message, IOException why) {
    return new IllegalStateException(
        "every response is JSON: " + message.getDescriptorForType().getFullName(), why);
  }

  private static final class WholeNumbers extends JsonGeneratorDelegate {
    /** Up to here a double holds every whole number. */
    private static final double MAX_EXACT = 1L << 53;

    WholeNumbers(JsonGenerator generator) {
      super(generator);
    }

    @Override
    public void writeNumber(double value) throws IOException {
      if (value == Math.rint(value) && Math.abs(value) <= MAX_EXACT) {
        super.writeNumber((long) value);
      } else {
        super.writeNumber(value);
      }
    }
  }
}
