package io.helmgate.deployer.server;

import com.linecorp.armeria.common.SessionProtocol;
import com.linecorp.armeria.common.util.BlockingTaskExecutor;
import com.linecorp.armeria.common.util.TlsEngineType;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import io.dropwizard.metrics5.MetricRegistry;
import io.helmgate.deployer.dispatch.CallExecutor;
import io.helmgate.deployer.gate.Gate;
import io.helmgate.deployer.graphql.GraphqlService;
import io.helmgate.deployer.json.ResponseJson;
import io.helmgate.deployer.rest.RestService;
import io.helmgate.kit.assertion.AssertionVerifier;
import io.helmgate.kit.call.CallDecoder;
import io.helmgate.kit.call.CallLimits;
import io.helmgate.kit.call.CallSchema;
import io.helmgate.kit.call.Transport;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.util.KeyManagerFactoryWrapper;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** gRPC, gRPC-Web, REST and GraphQL on one TLS port, over HTTP/2 and HTTP/1.1. */
public final class ApiServer implements AutoCloseable {

  /** Above the longest call, so that the call's own deadline is what ends it. */
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(330);

  private static final int MAX_HEADERS = 60 * 1024;

  /** Calls at a time that are on no cluster, or on several; more wait. */
  private static final int OTHER_CALLS = 64;

  private static final int MAX_STREAMS = 1024;

  /** A stopping server without a call for so long is drained; Armeria takes 0 for no draining. */
  private static final Duration QUIET = Duration.ofMillis(100);

  private final AtomicBoolean stopping = new AtomicBoolean();
  private final Server server;
  private final GrpcEndpoint grpc;

  private ApiServer(Server server, GrpcEndpoint grpc) {
    this.server = server;
    this.grpc = grpc;
  }

  /**
   * Builds the server; {@link #start} opens its port.
   *
   * @param incidentIds gives ids for what must not happen
   */
  public static ApiServer create(
      ApiSettings settings,
      CallExecutor executor,
      ResponseJson json,
      AssertionVerifier verifier,
      MetricRegistry metrics,
      Supplier<String> incidentIds) {
    var faults = new ProtocolFaults();
    var schema = CallSchema.helmgate();
    var gate = new Gate(new CallDecoder(schema, CallLimits.defaults()), verifier, faults, metrics);
    var grpc = new GrpcEndpoint(executor, gate, settings.reflection(), incidentIds);
    var graphql =
        new GraphqlService(schema.graphqlSchema(), executor, json, settings.introspection());
    var rest = new RestService(executor, json).decorate(gate.before(Set.of(Transport.REST)));
    var builder =
        Server.builder()
            .port(settings.address(), SessionProtocol.HTTPS)
            .service(grpc.health())
            .service(grpc.service(), grpc::guarded)
            .service(
                ProtocolFaults.GRAPHQL_PATH,
                graphql.decorate(gate.before(Set.of(Transport.GRAPHQL))))
            .serviceUnder(
                "/", settings.playground().map(page -> page.before().apply(rest)).orElse(rest))
            .errorHandler(new UnansweredRequests(faults, incidentIds))
            .gracefulShutdownTimeout(QUIET, settings.drain())
            .blockingTaskExecutor(callThreads(settings.clusterCalls()), true)
            .disableServerHeader();
    limit(builder);
    secure(builder, settings);
    return new ApiServer(builder.build(), grpc);
  }

  private static void limit(ServerBuilder builder) {
    builder
        .requestTimeout(REQUEST_TIMEOUT)
        .maxRequestLength(CallLimits.defaults().maxBodyBytes())
        .http1MaxHeaderSize(MAX_HEADERS)
        .http1MaxInitialLineLength(MAX_HEADERS)
        .http2MaxHeaderListSize(MAX_HEADERS)
        .http2MaxStreamsPerConnection(MAX_STREAMS);
  }

  private static void secure(ServerBuilder builder, ApiSettings settings) {
    builder
        .tlsEngineType(TlsEngineType.JDK)
        .tls(new KeyManagerFactoryWrapper(settings.keys()))
        .tlsCustomizer(
            context ->
                context
                    .keyManager(settings.keys())
                    .trustManager(settings.trust())
                    .protocols("TLSv1.3", "TLSv1.2")
                    .clientAuth(ClientAuth.REQUIRE));
  }

  /** Calls block, on the cluster mostly: on virtual threads, never on an event loop. */
  private static BlockingTaskExecutor callThreads(int clusterCalls) {
    var threads = Thread.ofVirtual().name("call-", 0).factory();
    return BlockingTaskExecutor.of(
        new ScheduledThreadPoolExecutor(OTHER_CALLS + clusterCalls, threads));
  }

  /**
   * Opens the port.
   *
   * @throws java.util.concurrent.CompletionException when it cannot be opened
   */
  public void start() {
    server.start().join();
    grpc.serving();
  }

  /** The port that is open. */
  public int port() {
    return server.activeLocalPort();
  }

  /** Says so to health checks, waits for the calls under way, and closes the port. */
  @Override
  public void close() {
    if (stopping.compareAndSet(false, true)) {
      grpc.stopping();
    }
    server.stop().join();
  }
}
