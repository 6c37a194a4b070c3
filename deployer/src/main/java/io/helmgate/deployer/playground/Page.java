package io.helmgate.deployer.playground;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import java.util.LinkedHashMap;

/** The page: its HTML and the headers that bound what it may do, the same but for a nonce. */
final class Page {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final PlaygroundSettings settings;
  private final Bundle bundle;
  private final String settingsJson;

  Page(PlaygroundSettings settings, Bundle bundle) {
    this.settings = settings;
    this.bundle = bundle;
    this.settingsJson = json();
  }

  private String json() {
    var words = new LinkedHashMap<String, Object>();
    words.put("issuer", settings.issuer().toString());
    words.put("clientId", settings.clientId());
    words.put("scopes", settings.scopes());
    var workers = new LinkedHashMap<String, String>();
    bundle.workers().forEach((label, name) -> workers.put(label, Playground.ASSETS + name));
    words.put("workers", workers);
    try {
      return JSON.writeValueAsString(words);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("texts are JSON", e);
    }
  }

  String html(String nonce) {
    return """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Helmgate playground</title>
        <link rel="icon" href="%s">
        <link rel="stylesheet" href="%s" nonce="%s">
        <script type="module" src="%s"></script>
        </head>
        <body data-settings="%s">
        <noscript>The playground needs JavaScript.</noscript>
        <div id="playground"></div>
        </body>
        </html>
        """
        .formatted(
            Playground.ASSETS + bundle.icon(),
            Playground.ASSETS + bundle.style(),
            nonce,
            Playground.ASSETS + bundle.script(),
            attribute(settingsJson));
  }

  /**
   * Scripts, workers and fonts come from here alone, requests go here and to the issuer. Monaco
   * writes each line with a style attribute, which no nonce can allow, so attributes (of styles
   * alone) are let in; style elements need the nonce. It draws the line below a mistake as a data:
   * image.
   */
  ResponseHeaders headers(String nonce) {
    var issuer = settings.issuerOrigin();
    var policy =
        String.join(
            "; ",
            "default-src 'none'",
            "script-src 'self'",
            "style-src-elem 'self' 'nonce-" + nonce + "'",
            "style-src-attr 'unsafe-inline'",
            "worker-src 'self'",
            "font-src 'self'",
            "img-src 'self' data:",
            "connect-src 'self' " + issuer,
            "form-action 'self' " + issuer,
            "frame-ancestors 'none'",
            "base-uri 'none'");
    return common(MediaType.HTML_UTF_8.toString(), policy)
        .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
        .set(HttpHeaderNames.CROSS_ORIGIN_OPENER_POLICY, "same-origin")
        .build();
  }

  /** Headers of the page and of its assets. */
  static ResponseHeadersBuilder common(String type, String policy) {
    return ResponseHeaders.builder(HttpStatus.OK)
        .set(HttpHeaderNames.CONTENT_TYPE, type)
        .set(HttpHeaderNames.CONTENT_SECURITY_POLICY, policy)
        .set(HttpHeaderNames.X_CONTENT_TYPE_OPTIONS, "nosniff")
        .set(HttpHeaderNames.REFERRER_POLICY, "no-referrer")
        .set(HttpHeaderNames.CROSS_ORIGIN_RESOURCE_POLICY, "same-origin");
  }

  private static String attribute(String text) {
    return text.replace("&", "&amp;")
        .replace("\"", "&quot;")
        .replace("<", "&lt;")
        .replace(">", "&gt;");
  }
}
