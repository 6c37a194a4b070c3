package io.helmgate.deployer.dispatch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.protobuf.Message;
import io.helmgate.deployer.audit.AuditTarget;
import io.helmgate.proto.AppFilter;
import io.helmgate.proto.AppInput;
import io.helmgate.proto.AppRef;
import io.helmgate.proto.HistoryFilter;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/** Says what a request is about. */
final class AuditTargets {

  private static final ObjectWriter SORTED =
      JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build().writer();

  private AuditTargets() {}

  static AuditTarget of(Message request) {
    return switch (request) {
      case AppRef ref -> target(ref.getNamespace(), ref.getName());
      case HistoryFilter filter ->
          target(filter.getRef().getNamespace(), filter.getRef().getName());
      case AppFilter filter -> target(filter.getNamespace(), "");
      case AppInput input ->
          new AuditTarget(
              input.getNamespace(),
              input.getAppName(),
              input.getChart(),
              input.getVersion(),
              valuesDigest(input));
      default -> target("", "");
    };
  }

  private static AuditTarget target(String namespace, String release) {
    return new AuditTarget(namespace, release, "", "", "");
  }

  private static String valuesDigest(AppInput input) {
    if (!input.hasValues() && input.getConfigCount() == 0) {
      return "";
    }
    Map<String, ?> values =
        input.hasValues()
            ? StructValues.read(input.getValues(), "values", new FieldRules())
            : input.getConfigMap();
    try {
      var digest = MessageDigest.getInstance("SHA-256").digest(SORTED.writeValueAsBytes(values));
      return "sha256:" + HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException | JsonProcessingException e) {
      throw new IllegalStateException("every platform has SHA-256, every Struct is JSON", e);
    }
  }
}
