package io.helmgate.deployer.chart;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Reason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;

/**
 * Reads from an OCI registry (distribution-spec: pull, list tags). What has a digest is held
 * against it, but for chart archives, which are held against it where they are kept.
 */
final class OciRegistry implements AutoCloseable {
  /** The distribution-spec has registries take manifests up to this size. */
  private static final long MANIFEST_BYTES = 4L << 20;

  private static final long CONFIG_BYTES = 1L << 20;
  private static final int MAX_PAGES = 200;

  private static final Pattern NEXT = Pattern.compile("<([^>]+)>\\s*;\\s*rel=\"?next\"?");

  private static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(50).build())
              .build());

  private final RepositoryClient client;

  OciRegistry(RepositoryClient client) {
    this.client = client;
  }

  /** The URL below which the charts are, with a slash at its end. */
  String root() {
    return client.root().toString();
  }

  /**
   * The tags of a chart; none when there is no such chart.
   *
   * @param max more are a failure
   */
  Outcome<List<String>> tags(String chart, int max, Deadline deadline) {
    List<String> tags = new ArrayList<>();
    HttpUrl url = url(chart, "tags", "list").newBuilder().addQueryParameter("n", "1000").build();
    for (int page = 0; page < MAX_PAGES; page++) {
      Outcome<RepositoryClient.Download> got =
          client.get(new RepositoryClient.Wanted(url, Map.of(), MANIFEST_BYTES), deadline.left());
      if (got
          instanceof
          Outcome.Failure<RepositoryClient.Download>(Reason reason, String message, var _)) {
        return reason == Reason.NOT_FOUND
            ? Outcome.success(List.of())
            : Outcome.failure(reason, message);
      }
      RepositoryClient.Download download =
          ((Outcome.Success<RepositoryClient.Download>) got).value();
      try {
        JSON.readTree(download.bytes()).path("tags").forEach(tag -> tags.add(tag.asText()));
      } catch (IOException e) {
        return failure(chart, "its list of tags is no JSON");
      }
      if (tags.size() > max) {
        return failure(chart, "it has more than " + max + " tags");
      }
      Matcher next = NEXT.matcher(download.header("Link"));
      if (!next.find()) {
        return Outcome.success(tags);
      }
      HttpUrl following = url.resolve(next.group(1));
      if (following == null || !RepositoryHosts.sameOrigin(url, following)) {
        return failure(chart, "its list of tags goes on at another host");
      }
      url = following;
    }
    return failure(chart, "its list of tags has no end");
  }

  /**
   * A manifest.
   *
   * @param reference tag or digest
   */
  Outcome<OciManifest> manifest(String chart, String reference, Deadline deadline) {
    return client
        .get(
            new RepositoryClient.Wanted(
                url(chart, "manifests", reference),
                Map.of("Accept", OciManifest.MEDIA_TYPE),
                MANIFEST_BYTES),
            deadline.left())
        .flatMap(
            download -> {
              String digest = "sha256:" + ArchiveCache.digest(download.bytes());
              String expected =
                  OciManifest.isDigest(reference)
                      ? reference
                      : download.header("Docker-Content-Digest");
              if (!expected.isEmpty() && !expected.equals(digest)) {
                return failure(chart, "the SHA-256 of its manifest is another one than named");
              }
              try {
                return Outcome.success(OciManifest.parse(digest, JSON.readTree(download.bytes())));
              } catch (BadChartException e) {
                return failure(chart, String.valueOf(e.getMessage()));
              } catch (IOException e) {
                return failure(chart, "its manifest is no JSON");
              }
            });
  }

  /** A blob that holds JSON. */
  Outcome<JsonNode> json(String chart, OciManifest.Blob blob, Deadline deadline) {
    return verified(chart, blob, CONFIG_BYTES, deadline)
        .flatMap(
            content -> {
              try {
                return Outcome.success(JSON.readTree(content.value()));
              } catch (IOException e) {
                return failure(chart, "its configuration is no JSON");
              }
            });
  }

  /** A blob, held against its digest. */
  Outcome<Bytes> verified(String chart, OciManifest.Blob blob, long limit, Deadline deadline) {
    return blob(chart, blob.digest(), limit, deadline)
        .flatMap(
            content ->
                blob.digest().equals("sha256:" + ArchiveCache.digest(content.value()))
                    ? Outcome.success(content)
                    : failure(chart, "the SHA-256 of a blob is another one than named"));
  }

  /** A blob as it comes. */
  Outcome<Bytes> blob(String chart, String digest, long limit, Deadline deadline) {
    return client
        .get(
            new RepositoryClient.Wanted(
                url(chart, "blobs", digest), Map.of("Accept-Encoding", "identity"), limit),
            deadline.left())
        .map(download -> new Bytes(download.bytes()));
  }

  private HttpUrl url(String chart, String kind, String reference) {
    HttpUrl.Builder url = client.root().newBuilder().encodedPath("/v2");
    for (String segment : client.root().pathSegments()) {
      if (!segment.isEmpty()) {
        url.addPathSegment(segment);
      }
    }
    return url.addPathSegment(chart).addPathSegment(kind).addPathSegment(reference).build();
  }

  private <T> Outcome<T> failure(String chart, String what) {
    return client.failure(Reason.FAILED_PRECONDITION, "chart " + chart + ": " + what);
  }

  @Override
  public void close() {
    client.close();
  }
}
