package io.helmgate.deployer.sse;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.sse.ServerSentEvent;
import com.linecorp.armeria.common.stream.StreamMessage;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.streaming.ServerSentEvents;
import org.reactivestreams.Publisher;

/** Responses of {@code text/event-stream}. */
public final class EventStreams {

  private static final ResponseHeaders HEADERS =
      ResponseHeaders.builder(HttpStatus.OK)
          .contentType(MediaType.EVENT_STREAM)
          .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
          // Proxies that buffer are told not to.
          .set("x-accel-buffering", "no")
          .build();

  private EventStreams() {}

  /** Sends events as they come, for as long as they do. */
  public static HttpResponse of(ServiceRequestContext context, Publisher<ServerSentEvent> events) {
    context.clearRequestTimeout();
    return ServerSentEvents.fromPublisher(HEADERS, StreamMessage.of(events));
  }
}
