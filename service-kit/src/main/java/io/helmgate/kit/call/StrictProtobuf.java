package io.helmgate.kit.call;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/**
 * Parses a request message from protobuf bytes that hold nothing which the message does not show.
 *
 * <p>The generated parsers keep unknown fields, drop those inside map entries, let the last of two
 * values win and merge two messages. The bytes are therefore walked once against the descriptor
 * before they are parsed.
 */
final class StrictProtobuf {

  // CodedInputStream's own limit when parsing.
  private static final int MAX_DEPTH = 100;

  private final int maxFields;
  private int fields;

  private StrictProtobuf(int maxFields) {
    this.maxFields = maxFields;
  }

  /**
   * Parses a message.
   *
   * @param maxFields how many fields it and the messages in it may have together
   */
  static Message parse(Message prototype, ByteString bytes, int maxFields) throws RefusedException {
    try {
      new StrictProtobuf(maxFields)
          .scan(bytes.newCodedInput(), prototype.getDescriptorForType(), 0);
      Message message = prototype.getParserForType().parseFrom(bytes);
      JsonFaithful.check(message);
      return message;
    } catch (InvalidProtocolBufferException e) {
      throw RefusedException.malformed("message: no valid protobuf: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory failed", e);
    }
  }

  /** Walks one message; returns the key of a map entry, which is empty if not given. */
  private String scan(CodedInputStream in, Descriptor type, int depth)
      throws IOException, RefusedException {
    Set<Object> seen = new HashSet<>();
    String key = "";
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      count(1);
      FieldDescriptor field = type.findFieldByNumber(WireFormat.getTagFieldNumber(tag));
      if (field == null) {
        throw RefusedException.malformed(
            "message: unknown field %d in %s"
                .formatted(WireFormat.getTagFieldNumber(tag), type.getFullName()));
      }
      boolean packed = checkWireType(field, WireFormat.getTagWireType(tag));
      if (!field.isRepeated() && !seen.add(exclusive(field))) {
        throw RefusedException.malformed(
            "message: %s is given twice (expected: once)".formatted(field.getFullName()));
      }
      if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
        String entryKey = message(in, field, depth + 1);
        if (field.isMapField() && !seen.add(new MapKey(field, entryKey))) {
          throw RefusedException.malformed(
              "message: a key of %s is given twice (expected: once)"
                  .formatted(field.getFullName()));
        }
      } else if (type.getOptions().getMapEntry() && field.getNumber() == 1) {
        key = in.readStringRequireUtf8();
      } else if (packed) {
        skipPacked(in);
      } else {
        in.skipField(tag);
      }
    }
    return key;
  }

  /** Each packed value takes at least a byte. */
  private void skipPacked(CodedInputStream in) throws IOException, RefusedException {
    int length = in.readRawVarint32();
    count(length);
    in.skipRawBytes(length);
  }

  private void count(int more) throws RefusedException {
    fields += more;
    if (fields > maxFields || more < 0) {
      throw RefusedException.malformed(
          "message: too many fields (expected: at most %d)".formatted(maxFields));
    }
  }

  private record MapKey(FieldDescriptor map, String key) {}

  private String message(CodedInputStream in, FieldDescriptor field, int depth)
      throws IOException, RefusedException {
    if (depth > MAX_DEPTH) {
      throw RefusedException.malformed("message: nested too deep");
    }
    int outer = in.pushLimit(in.readRawVarint32());
    String key = scan(in, field.getMessageType(), depth);
    in.checkLastTagWas(0);
    in.popLimit(outer);
    return key;
  }

  /** What may be set once: the field, or the oneof that it belongs to. */
  private static Object exclusive(FieldDescriptor field) {
    var oneof = field.getRealContainingOneof();
    return oneof == null ? field : oneof;
  }

  /** Whether the values are packed. */
  private static boolean checkWireType(FieldDescriptor field, int wireType)
      throws RefusedException {
    if (wireType == field.getLiteType().getWireType()) {
      return false;
    }
    if (!field.isPackable() || wireType != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
      throw RefusedException.malformed(
          "message: %s has wire type %d (expected: %d)"
              .formatted(field.getFullName(), wireType, field.getLiteType().getWireType()));
    }
    return true;
  }
}
