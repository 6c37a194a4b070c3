package io.helmgate.deployer.dispatch;

import com.google.protobuf.Message;
import io.helmgate.deployer.release.Page;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * Page tokens (AIP-158): where a page begins, and a check sum of the request that they belong to.
 * They are opaque to clients, but no secret: a token that was made up shows nothing that another
 * page would not.
 */
final class PageTokens {

  private static final int DEFAULT_SIZE = 50;
  private static final int MAX_SIZE = 1000;
  private static final String SEPARATOR = " ";

  private PageTokens() {}

  /** The page that a request asks for, by its fields {@code page_size} and {@code page_token}. */
  static Page.Wanted wanted(Message request, FieldRules rules) {
    var type = request.getDescriptorForType();
    int size = (Integer) request.getField(type.findFieldByName("page_size"));
    var token = (String) request.getField(type.findFieldByName("page_token"));
    rules.count("page_size", size);
    Optional<String> after = token.isEmpty() ? Optional.empty() : read(token, request, rules);
    return new Page.Wanted(size == 0 ? DEFAULT_SIZE : Math.min(size, MAX_SIZE), after);
  }

  /** The token of the page that follows; empty when there is none. */
  static String next(Message request, Page<?> page) {
    return page.next()
        .map(key -> sum(request) + SEPARATOR + key)
        .map(text -> text.getBytes(StandardCharsets.UTF_8))
        .map(Base64.getUrlEncoder().withoutPadding()::encodeToString)
        .orElse("");
  }

  private static Optional<String> read(String token, Message request, FieldRules rules) {
    try {
      var text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
      var prefix = sum(request) + SEPARATOR;
      if (text.startsWith(prefix)) {
        return Optional.of(text.substring(prefix.length()));
      }
    } catch (IllegalArgumentException _) {
      // Reported below.
    }
    rules.violated(
        "page_token", "is no token of these pages (expected: next_page_token of the page before)");
    return Optional.empty();
  }

  /** Over all that selects, which must be the same for each page. */
  private static String sum(Message request) {
    var selection = request.toBuilder();
    for (var field : new String[] {"page_size", "page_token", "view"}) {
      selection.clearField(request.getDescriptorForType().findFieldByName(field));
    }
    var sum = new CRC32();
    sum.update(selection.build().toByteArray());
    return Long.toHexString(sum.getValue());
  }
}
