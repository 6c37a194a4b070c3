package io.helmgate.deployer.chart;

import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Reason;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import okhttp3.HttpUrl;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A repository that has an index.yaml, such as ChartMuseum's or a web server's. */
final class HttpSource implements RepositorySource {
  private static final Logger log = LoggerFactory.getLogger(HttpSource.class);

  /** An archive that the server declares to be gzip-encoded shall not be unpacked on the way. */
  private static final Map<String, String> AS_IT_IS = Map.of("Accept-Encoding", "identity");

  private final String name;
  private final RepositoryClient client;
  private final ChartLimits limits;

  /** Of the last index that could be used; empty when there is none. */
  private volatile String etag = "";

  HttpSource(String name, RepositoryClient client, ChartLimits limits) {
    this.name = name;
    this.client = client;
    this.limits = limits;
  }

  @Override
  public Outcome<Optional<RepositoryIndex>> index(Duration timeout) {
    HttpUrl url = client.root().newBuilder().addPathSegment("index.yaml").build();
    Map<String, String> headers = etag.isEmpty() ? Map.of() : Map.of("If-None-Match", etag);
    return client
        .get(new RepositoryClient.Wanted(url, headers, limits.indexBytes()), timeout)
        .flatMap(
            download ->
                download.content().isPresent()
                    ? parse(download).map(Optional::of)
                    : Outcome.success(Optional.empty()));
  }

  private Outcome<RepositoryIndex> parse(RepositoryClient.Download download) {
    try {
      RepositoryIndex index = IndexFile.parse(name, download.bytes(), limits.indexVersions());
      etag = download.header("ETag");
      return Outcome.success(index);
    } catch (BadChartException e) {
      log.warn("Chart repository {}: its index is bad", name, e);
      return client.failure(Reason.FAILED_PRECONDITION, String.valueOf(e.getMessage()));
    }
  }

  @Override
  public Outcome<IndexedChart> complete(IndexedChart chart, Duration timeout) {
    return Outcome.success(chart);
  }

  @Override
  public Outcome<Bytes> archive(IndexedChart chart, Duration timeout) {
    return location(chart)
        .flatMap(
            url ->
                client.get(
                    new RepositoryClient.Wanted(url, AS_IT_IS, limits.archiveBytes()), timeout))
        .map(download -> new Bytes(download.bytes()));
  }

  @Override
  public Outcome<Optional<Bytes>> provenance(IndexedChart chart, Duration timeout) {
    Outcome<RepositoryClient.Download> download =
        location(chart)
            .map(url -> url.newBuilder().encodedPath(url.encodedPath() + ".prov").build())
            .flatMap(
                url ->
                    client.get(
                        new RepositoryClient.Wanted(url, AS_IT_IS, limits.provenanceBytes()),
                        timeout));
    return download
                instanceof
                Outcome.Failure<RepositoryClient.Download>(Reason reason, String _, var _)
            && reason == Reason.NOT_FOUND
        ? Outcome.success(Optional.empty())
        : download.map(RepositoryClient.Download::content);
  }

  private Outcome<HttpUrl> location(IndexedChart chart) {
    if (chart.urls().isEmpty()) {
      return client.failure(Reason.FAILED_PRECONDITION, "its index names no URL");
    }
    HttpUrl url = client.root().resolve(chart.urls().getFirst());
    if (url == null) {
      return client.failure(Reason.FAILED_PRECONDITION, "its index names a URL that is none");
    }
    return client.allowed(url)
        ? Outcome.success(url)
        : client.failure(
            Reason.FAILED_PRECONDITION,
            "its index names the host "
                + url.host()
                + " (expected: "
                + client.root().host()
                + ", or one in allowed_hosts)");
  }

  @Override
  public String shown(IndexedChart chart) {
    HttpUrl url = chart.urls().isEmpty() ? null : client.root().resolve(chart.urls().getFirst());
    return url == null
        ? ""
        : url.newBuilder().username("").password("").query(null).fragment(null).toString();
  }

  @Override
  public void close() {
    client.close();
  }
}
