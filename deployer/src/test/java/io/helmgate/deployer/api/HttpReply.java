package io.helmgate.deployer.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;

/** An HTTP response. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record HttpReply(int status, HttpHeaders headers, byte[] bytes) {

  private static final ObjectMapper JSON = new ObjectMapper();

  String body() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  String header(String name) {
    return headers.firstValue(name).orElse("");
  }

  JsonNode json() {
    try {
      return JSON.readTree(bytes);
    } catch (JsonProcessingException e) {
      throw new AssertionError("no JSON: " + status + " " + body(), e);
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }
}
