package io.helmgate.deployer.dispatch;

import com.google.protobuf.Duration;
import com.google.protobuf.FieldMask;
import com.google.protobuf.Timestamp;
import io.helmgate.deployer.release.ChartAnnotations;
import io.helmgate.deployer.release.Disclosure;
import io.helmgate.deployer.release.HelmHook;
import io.helmgate.deployer.release.Page;
import io.helmgate.deployer.release.ReleaseRevision;
import io.helmgate.deployer.release.StoredRevision;
import io.helmgate.proto.deployer.v1.ListReleaseRevisionsRequest;
import io.helmgate.proto.deployer.v1.ListReleaseRevisionsResponse;
import io.helmgate.proto.deployer.v1.ListReleasesRequest;
import io.helmgate.proto.deployer.v1.ListReleasesResponse;
import io.helmgate.proto.deployer.v1.Release;
import io.helmgate.proto.deployer.v1.ReleaseChart;
import io.helmgate.proto.deployer.v1.ReleaseHook;
import java.time.Clock;
import java.time.Instant;
import java.util.List;

/** Writes releases as messages of {@code helmgate.deployer.v1}. */
public final class ReleaseMessages {

  private final ResourceNames names;
  private final Disclosure disclosure;
  private final Clock clock;

  public ReleaseMessages(ResourceNames names, Disclosure disclosure, Clock clock) {
    this.names = names;
    this.disclosure = disclosure;
    this.clock = clock;
  }

  ListReleasesResponse releases(ListReleasesRequest request, Page<ReleaseRevision> page) {
    return ListReleasesResponse.newBuilder()
        .addAllReleases(all(page, request.getView(), "releases."))
        .setNextPageToken(PageTokens.next(request, page))
        .build();
  }

  ListReleaseRevisionsResponse revisions(
      ListReleaseRevisionsRequest request, Page<ReleaseRevision> page) {
    return ListReleaseRevisionsResponse.newBuilder()
        .addAllRevisions(all(page, request.getView(), "revisions."))
        .setNextPageToken(PageTokens.next(request, page))
        .build();
  }

  private List<Release> all(Page<ReleaseRevision> page, FieldMask view, String prefix) {
    return page.items().stream().map(revision -> release(revision, view, prefix)).toList();
  }

  /**
   * A release with what a view asks for.
   *
   * @param prefix of its fields in the view
   */
  Release release(ReleaseRevision revision, FieldMask view, String prefix) {
    var release = release(revision).toBuilder();
    if (named(view, prefix + "notes")) {
      release.setNotes(disclosure.text(revision, revision.notes()));
    }
    if (named(view, prefix + "values")) {
      release.setValues(StructValues.write(disclosure.values(revision)));
    }
    return release.build();
  }

  /** A release with what a view asks for, manifest and hooks too. */
  Release release(StoredRevision stored, FieldMask view) {
    var revision = stored.revision();
    var release = release(revision, view, "").toBuilder();
    if (named(view, "manifest")) {
      release.setManifest(disclosure.manifest(revision, stored.manifest()));
    }
    if (named(view, "hooks")) {
      stored
          .hooks()
          .forEach(
              hook -> release.addHooks(hook(hook, disclosure.manifest(revision, hook.manifest()))));
    }
    return release.build();
  }

  /** A hook, with its manifest as it may be shown. */
  static ReleaseHook hook(HelmHook hook, String manifest) {
    return ReleaseHook.newBuilder()
        .setKind(hook.kind())
        .setName(hook.name())
        .addAllEvents(hook.events())
        .setWeight(hook.weight())
        .setManifest(manifest)
        .build();
  }

  private static boolean named(FieldMask view, String field) {
    return view.getPathsList().stream()
        .anyMatch(path -> path.equals(field) || path.startsWith(field + "."));
  }

  /** A release without what must be asked for. */
  Release release(ReleaseRevision revision) {
    var release =
        Release.newBuilder()
            .setName(names.of(revision.ref()))
            .setRevision(revision.revision())
            .setStatus(revision.status())
            .setDescription(disclosure.text(revision, revision.description()))
            .setChart(
                ReleaseChart.newBuilder()
                    .setName(revision.chart().name())
                    .setVersion(revision.chart().version())
                    .setSourceUrl(annotation(revision, ChartAnnotations.SOURCE_URL))
                    .setDigest(annotation(revision, ChartAnnotations.CHART_DIGEST)))
            .setCreateTime(timestamp(revision.created()))
            .setUpdateTime(timestamp(revision.updated()));
    revision.deleted().ifPresent(deleted -> release.setDeleteTime(timestamp(deleted)));
    if (revision.status().startsWith("pending-") || revision.status().equals("uninstalling")) {
      long seconds = clock.instant().getEpochSecond() - revision.updated().getEpochSecond();
      release.setPendingDuration(Duration.newBuilder().setSeconds(Math.max(0, seconds)));
    }
    return release.build();
  }

  private static String annotation(ReleaseRevision revision, String name) {
    return revision.chart().annotations().getOrDefault(name, "");
  }

  static Timestamp timestamp(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }
}
