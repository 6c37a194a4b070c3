package io.helmgate.deployer.dispatch;

import com.google.protobuf.Duration;
import com.google.protobuf.FieldMask;
import com.google.protobuf.Timestamp;
import io.helmgate.deployer.release.ChartAnnotations;
import io.helmgate.deployer.release.Disclosure;
import io.helmgate.deployer.release.HelmHook;
import io.helmgate.deployer.release.HookLog;
import io.helmgate.deployer.release.ObjectStatus;
import io.helmgate.deployer.release.Page;
import io.helmgate.deployer.release.ReleaseRevision;
import io.helmgate.deployer.values.ObjectMasks;
import io.helmgate.proto.deployer.v1.ListReleaseRevisionsRequest;
import io.helmgate.proto.deployer.v1.ListReleaseRevisionsResponse;
import io.helmgate.proto.deployer.v1.ListReleasesRequest;
import io.helmgate.proto.deployer.v1.ListReleasesResponse;
import io.helmgate.proto.deployer.v1.Release;
import io.helmgate.proto.deployer.v1.ReleaseChart;
import io.helmgate.proto.deployer.v1.ReleaseHook;
import io.helmgate.proto.deployer.v1.ReleaseResource;
import io.helmgate.proto.deployer.v1.ReleaseTest;
import io.helmgate.proto.deployer.v1.TestLog;
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
    return builder(revision, disclosure.objects(revision.given()), view, prefix).build();
  }

  private Release.Builder builder(
      ReleaseRevision revision, ObjectMasks masks, FieldMask view, String prefix) {
    var release = builder(revision, masks);
    if (Views.names(view, prefix + "notes")) {
      release.setNotes(masks.mask(revision.notes()));
    }
    if (Views.names(view, prefix + "values")) {
      release.setValues(StructValues.write(disclosure.values(revision)));
    }
    return release;
  }

  /** A release with all that a view asks for. */
  Release release(SeenRevision seen, FieldMask view) {
    var stored = seen.stored();
    var revision = stored.revision();
    var masks = disclosure.objects(revision.given());
    var release = builder(revision, masks, view, "");
    seen.resources().forEach(object -> release.addResources(resource(object)));
    if (Views.names(view, "tests")) {
      stored.hooks().stream()
          .filter(HelmHook::test)
          .forEach(test -> release.addTests(test(test, seen.logs())));
    }
    if (Views.names(view, "manifest")) {
      release.setManifest(disclosure.readable(masks, stored.manifest()));
    }
    if (Views.names(view, "hooks")) {
      stored
          .hooks()
          .forEach(
              hook -> release.addHooks(hook(hook, disclosure.readable(masks, hook.manifest()))));
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

  private static ReleaseResource resource(ObjectStatus object) {
    return ReleaseResource.newBuilder()
        .setApiVersion(object.apiVersion())
        .setKind(object.kind())
        .setNamespace(object.namespace())
        .setName(object.name())
        .setReady(object.ready())
        .setMessage(object.missing())
        .build();
  }

  private static ReleaseTest test(HelmHook hook, List<HookLog> logs) {
    var test =
        ReleaseTest.newBuilder().setKind(hook.kind()).setName(hook.name()).setWeight(hook.weight());
    hook.lastRun()
        .ifPresent(
            run -> {
              test.setPhase(run.phase()).setStartTime(timestamp(run.started()));
              run.completed().ifPresent(end -> test.setCompleteTime(timestamp(end)));
            });
    logs.stream()
        .filter(log -> log.hook().equals(hook.name()))
        .forEach(
            log ->
                test.addLogs(
                    TestLog.newBuilder()
                        .setPod(log.pod())
                        .setContainer(log.container())
                        .setText(log.text())
                        .setError(log.error())));
    return test.build();
  }

  /** A release without what must be asked for. */
  Release release(ReleaseRevision revision) {
    return builder(revision, disclosure.objects(revision.given())).build();
  }

  private Release.Builder builder(ReleaseRevision revision, ObjectMasks masks) {
    var release =
        Release.newBuilder()
            .setName(names.of(revision.ref()))
            .setRevision(revision.revision())
            .setStatus(revision.status())
            .setDescription(masks.mask(revision.description()))
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
    return release;
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
