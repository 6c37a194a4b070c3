package io.helmgate.deployer.dispatch;

import com.google.protobuf.Timestamp;
import io.helmgate.deployer.release.ChartMetadata;
import io.helmgate.deployer.release.Disclosure;
import io.helmgate.deployer.release.ReleaseRevision;
import io.helmgate.deployer.values.ObjectMasks;
import io.helmgate.proto.App;
import io.helmgate.proto.Apps;
import io.helmgate.proto.Chart;
import io.helmgate.proto.Charts;
import io.helmgate.proto.Dependency;
import io.helmgate.proto.Maintainer;
import io.helmgate.proto.Release;
import io.helmgate.proto.Timestamps;
import java.time.Instant;
import java.util.List;

/** Writes what the domain answers as messages of the contract. */
final class AppMessages {

  private final Disclosure disclosure;

  AppMessages(Disclosure disclosure) {
    this.disclosure = disclosure;
  }

  App app(ReleaseRevision revision) {
    ObjectMasks masks = disclosure.objects(revision.given());
    return App.newBuilder()
        .setName(revision.ref().name())
        .setNamespace(revision.ref().namespace())
        .setRelease(
            Release.newBuilder()
                .setVersion(revision.revision())
                .setConfig(StructValues.write(disclosure.values(revision)))
                .setNotes(masks.mask(revision.notes()))
                .setDescription(masks.mask(revision.description()))
                .setStatus(revision.status())
                .setTimestamps(timestamps(revision)))
        .setChart(chart(revision.chart()))
        .build();
  }

  Apps apps(List<ReleaseRevision> revisions) {
    return Apps.newBuilder().addAllApps(revisions.stream().map(this::app).toList()).build();
  }

  static Charts charts(List<ChartMetadata> charts) {
    return Charts.newBuilder()
        .addAllCharts(charts.stream().map(AppMessages::chart).toList())
        .build();
  }

  private static Chart chart(ChartMetadata chart) {
    return Chart.newBuilder()
        .setName(chart.name())
        .setHome(chart.home())
        .setDescription(chart.description())
        .setVersion(chart.version())
        .addAllSources(chart.sources())
        .addAllKeywords(chart.keywords())
        .setIcon(chart.icon())
        .setDeprecated(chart.deprecated())
        .addAllDependencies(
            chart.dependencies().stream()
                .map(
                    dependency ->
                        Dependency.newBuilder()
                            .setChart(dependency.name())
                            .setVersion(dependency.version())
                            .setRepository(dependency.repository())
                            .build())
                .toList())
        .addAllMaintainers(
            chart.maintainers().stream()
                .map(
                    maintainer ->
                        Maintainer.newBuilder()
                            .setName(maintainer.name())
                            .setEmail(maintainer.email())
                            .build())
                .toList())
        .putAllMetadata(chart.annotations())
        .build();
  }

  private static Timestamps timestamps(ReleaseRevision revision) {
    var timestamps =
        Timestamps.newBuilder()
            .setCreated(timestamp(revision.created()))
            .setUpdated(timestamp(revision.updated()));
    revision.deleted().ifPresent(deleted -> timestamps.setDeleted(timestamp(deleted)));
    return timestamps.build();
  }

  private static Timestamp timestamp(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }
}
