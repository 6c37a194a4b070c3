package io.helmgate.deployer.kubernetes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.helmgate.deployer.release.Caller;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Reason;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.util.ClientBuilder;
import io.kubernetes.client.util.credentials.Authentication;
import io.kubernetes.client.util.credentials.ClientCertificateAuthentication;
import io.kubernetes.client.util.credentials.TokenFileAuthentication;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.EventListener;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.ResponseBody;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Calls of the Kubernetes API in JSON, each impersonating its caller, but for those of {@link
 * ServiceApi}. Unknown fields of what is read and written back survive, which typed models would
 * drop.
 */
public final class KubernetesApi implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(KubernetesApi.class);
  static final String JSON = "application/json";
  private static final Map<String, String> DRY_RUN =
      Map.of("dryRun", "All", "fieldManager", "helm");
  private static final String YAML = "application/yaml";
  private static final String ANY = "*/*";
  private static final String METADATA =
      "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io";
  static final String METADATA_LIST =
      "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io";

  /** How long a server lets a watch last. One that is silent for longer has lost its server. */
  static final int WATCH_SECONDS = 240;

  private final String cluster;
  private final OkHttpClient http;
  private final OkHttpClient streams;
  private final HttpUrl server;
  private final ObjectMapper mapper = ReleaseCodec.mapper();
  private final ApiResources resources = new ApiResources(this);

  /** An outage is logged once, not with each call that it fails. */
  private final AtomicBoolean answering = new AtomicBoolean(true);

  private KubernetesApi(String cluster, OkHttpClient http, HttpUrl server) {
    this.cluster = cluster;
    this.http = http;
    this.streams =
        http.newBuilder()
            .callTimeout(Duration.ZERO)
            .readTimeout(Duration.ofSeconds(WATCH_SECONDS + 10))
            .build();
    this.server = server;
  }

  /**
   * Makes a client of the cluster; nothing is called yet.
   *
   * @param cluster its name, for the log
   * @param timeout for each call, from connecting to the last byte
   */
  public static KubernetesApi connect(
      String cluster, ClusterConnection connection, Duration timeout) {
    OkHttpClient http =
        client(connection)
            .getHttpClient()
            .newBuilder()
            .callTimeout(timeout)
            .connectTimeout(timeout)
            .readTimeout(timeout)
            .followRedirects(false)
            .eventListener(new Undelayed())
            .build();
    return new KubernetesApi(cluster, http, HttpUrl.get(connection.server().toString()));
  }

  /** A client of the library's, as the service itself. */
  static ApiClient client(ClusterConnection connection) {
    return new ClientBuilder()
        .setBasePath(connection.server().toString())
        .setVerifyingSsl(true)
        .setCertificateAuthority(connection.caPem().getBytes(StandardCharsets.US_ASCII))
        .setAuthentication(authentication(connection.credential()))
        .build();
  }

  /**
   * Sends small requests at once. By default the kernel keeps each until all before it is confirmed
   * (Nagle's algorithm), and servers take up to 40 ms to confirm what they need not answer, such as
   * a window update after a list.
   */
  private static final class Undelayed extends EventListener {
    @Override
    public void connectionAcquired(Call call, Connection connection) {
      try {
        connection.socket().setTcpNoDelay(true);
      } catch (SocketException e) {
        log.debug("A connection has been closed meanwhile", e);
      }
    }
  }

  private static Authentication authentication(ClusterConnection.Credential credential) {
    return switch (credential) {
      case ClusterConnection.Credential.TokenFile(var path) ->
          new TokenFileAuthentication(path.toString());
      case ClusterConnection.Credential.ClientCertificate(var certificate, var key) ->
          new ClientCertificateAuthentication(
              certificate.getBytes(StandardCharsets.US_ASCII),
              key.getBytes(StandardCharsets.US_ASCII));
    };
  }

  /** Reads one object, or anything else under a path that begins with {@code api}. */
  Outcome<JsonNode> get(Caller caller, String path) {
    return call(caller, "GET", path, Map.of(), JSON, null);
  }

  Outcome<JsonNode> list(Caller caller, String path, Map<String, String> query) {
    return call(caller, "GET", path, query, JSON, null);
  }

  /** Reads something that is no JSON, such as a log. */
  Outcome<String> text(Caller caller, String path, Map<String, String> query) {
    return target(caller, path, query)
        .flatMap(url -> send("GET", url, headers(caller, ANY), null, ResponseBody::string));
  }

  /** Lists only names, labels and the like, without the objects' content. */
  Outcome<JsonNode> listMetadata(Caller caller, String path, Map<String, String> query) {
    return call(caller, "GET", path, query, METADATA_LIST, null);
  }

  Outcome<JsonNode> create(Caller caller, String path, JsonNode object) {
    return call(caller, "POST", path, Map.of(), JSON, json(object));
  }

  /** Creates an object without keeping it. */
  Outcome<JsonNode> dryCreate(Caller caller, String path, JsonNode object) {
    return call(caller, "POST", path, DRY_RUN, JSON, json(object));
  }

  /**
   * Changes an object without keeping the change.
   *
   * @param type of the patch, {@code application/strategic-merge-patch+json} or the like
   */
  Outcome<JsonNode> dryPatch(Caller caller, String path, String type, JsonNode patch) {
    RequestBody body =
        RequestBody.create(patch.toString().getBytes(StandardCharsets.UTF_8), MediaType.get(type));
    return call(caller, "PATCH", path, DRY_RUN, JSON, body);
  }

  Outcome<JsonNode> createFromYaml(Caller caller, String path, String object) {
    RequestBody body =
        RequestBody.create(object.getBytes(StandardCharsets.UTF_8), MediaType.get(YAML));
    return call(caller, "POST", path, Map.of(), JSON, body);
  }

  /** Replaces an object; the resourceVersion that it carries must be the current one. */
  Outcome<JsonNode> replace(Caller caller, String path, JsonNode object) {
    return call(caller, "PUT", path, Map.of(), JSON, json(object));
  }

  Outcome<JsonNode> delete(Caller caller, String path) {
    return call(caller, "DELETE", path, Map.of("propagationPolicy", "Background"), JSON, null);
  }

  private Outcome<JsonNode> call(
      Caller caller,
      String method,
      String path,
      Map<String, String> query,
      String accept,
      @Nullable RequestBody body) {
    return target(caller, path, query)
        .flatMap(url -> send(method, url, headers(caller, accept), body, this::tree));
  }

  /**
   * Names in a path may come from charts: without a name the path would be that of all objects of a
   * kind, and dots would lead to others.
   */
  private Outcome<HttpUrl> target(Caller caller, String path, Map<String, String> query) {
    boolean named =
        Stream.of(path.split("/", -1))
            .noneMatch(
                segment ->
                    segment.isEmpty()
                        || segment.equals(".")
                        || segment.equals("..")
                        || segment.contains("%"));
    return named
        ? Impersonation.check(caller).map(_ -> url(path, query))
        : Outcome.failure(
            Reason.FAILED_PRECONDITION, "has no name that the Kubernetes API could serve it under");
  }

  private HttpUrl url(String path, Map<String, String> query) {
    HttpUrl.Builder url = server.newBuilder().addPathSegments(path);
    query.forEach(url::addQueryParameter);
    return url.build();
  }

  /** Reads something as the service itself. */
  Outcome<JsonNode> ownGet(String path) {
    return own("GET", path, Map.of(), JSON, MissingNode.getInstance());
  }

  /** A call as the service itself. */
  Outcome<JsonNode> own(
      String method, String path, Map<String, String> query, String accept, JsonNode object) {
    return send(
        method,
        url(path, query),
        Headers.of("Accept", accept),
        object.isMissingNode() ? null : json(object),
        this::tree);
  }

  /**
   * A call whose answer goes on and on, one line for each change; it has no time limit. Of the
   * objects it tells only names, labels and the like.
   */
  Outcome<Call> metadataStream(Caller caller, String path, Map<String, String> query) {
    return target(caller, path, query)
        .map(
            url ->
                streams.newCall(
                    new Request.Builder().url(url).headers(headers(caller, METADATA)).build()));
  }

  /** A call as the service itself whose answer goes on and on; it has no time limit. */
  Call ownStream(String path, Map<String, String> query) {
    return streams.newCall(
        new Request.Builder().url(url(path, query)).header("Accept", JSON).build());
  }

  ObjectMapper mapper() {
    return mapper;
  }

  /** The kinds that the cluster serves. */
  ApiResources resources() {
    return resources;
  }

  /** Reads an answer. */
  private interface Reader<T> {
    T read(ResponseBody body) throws IOException;
  }

  private JsonNode tree(ResponseBody body) throws IOException {
    return mapper.readTree(body.byteStream());
  }

  private <T> Outcome<T> send(
      String method, HttpUrl url, Headers headers, @Nullable RequestBody body, Reader<T> reader) {
    try {
      Request request =
          new Request.Builder().url(url).headers(headers).method(method, body).build();
      try (Response response = http.newCall(request).execute()) {
        if (!answering.getAndSet(true)) {
          log.info("Cluster {}: the Kubernetes API answers again", cluster);
        }
        return response.isSuccessful()
            ? Outcome.success(reader.read(response.body()))
            : ApiFailures.of(response.code(), tree(response.body()));
      }
    } catch (JsonProcessingException e) {
      return unavailable("gave an answer that is no JSON", url, e);
    } catch (InterruptedIOException e) {
      return unavailable("did not answer in time", url, e);
    } catch (IOException e) {
      return unavailable("cannot be reached", url, e);
    }
  }

  private <T> Outcome<T> unavailable(String what, HttpUrl url, IOException e) {
    var level = answering.getAndSet(false) ? Level.WARN : Level.DEBUG;
    log.atLevel(level)
        .setCause(e)
        .log("Cluster {}: the Kubernetes API {} ({})", cluster, what, url.encodedPath());
    return Outcome.failure(Reason.UNAVAILABLE, "the Kubernetes API " + what);
  }

  private RequestBody json(JsonNode object) {
    return RequestBody.create(
        object.toString().getBytes(StandardCharsets.UTF_8), MediaType.get(JSON));
  }

  private static Headers headers(Caller caller, String accept) {
    Headers.Builder headers = new Headers.Builder().add("Accept", accept);
    headers.addUnsafeNonAscii("Impersonate-User", caller.user());
    caller.groups().forEach(group -> headers.addUnsafeNonAscii("Impersonate-Group", group));
    return headers.build();
  }

  @Override
  public void close() {
    http.dispatcher().executorService().shutdown();
    http.connectionPool().evictAll();
  }
}
