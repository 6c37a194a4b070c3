package io.helmgate.deployer.dispatch;

import io.helmgate.deployer.catalog.ChartContents;
import io.helmgate.deployer.catalog.ChartDetails;
import io.helmgate.deployer.catalog.ChartListing;
import io.helmgate.deployer.catalog.Provenance;
import io.helmgate.deployer.release.Page;
import io.helmgate.proto.deployer.v1.ChartMaintainer;
import io.helmgate.proto.deployer.v1.ChartProvenance;
import io.helmgate.proto.deployer.v1.ChartRequirement;
import io.helmgate.proto.deployer.v1.ChartVersion;
import io.helmgate.proto.deployer.v1.ListChartVersionsRequest;
import io.helmgate.proto.deployer.v1.ListChartVersionsResponse;
import io.helmgate.proto.deployer.v1.ListChartsRequest;
import io.helmgate.proto.deployer.v1.ListChartsResponse;
import io.helmgate.proto.deployer.v1.ProvenanceState;

/** Writes charts as messages of {@code helmgate.deployer.v1}. */
final class ChartMessages {

  private ChartMessages() {}

  static ListChartsResponse charts(ListChartsRequest request, Page<ChartListing> page) {
    return ListChartsResponse.newBuilder()
        .addAllCharts(page.items().stream().map(ChartMessages::listing).toList())
        .setNextPageToken(PageTokens.next(request, page))
        .build();
  }

  static ListChartVersionsResponse versions(
      ListChartVersionsRequest request, Page<ChartListing> page) {
    return ListChartVersionsResponse.newBuilder()
        .addAllVersions(page.items().stream().map(ChartMessages::listing).toList())
        .setNextPageToken(PageTokens.next(request, page))
        .build();
  }

  static ChartVersion details(ChartDetails details) {
    var version = listing(details.listing()).toBuilder();
    details.contents().ifPresent(contents -> add(contents, version));
    details.provenance().ifPresent(proven -> version.setProvenance(provenance(proven)));
    return version.build();
  }

  private static void add(ChartContents contents, ChartVersion.Builder version) {
    version
        .setReadme(contents.readme())
        .setDefaultValuesYaml(contents.valuesYaml())
        .setDefaultValues(StructValues.write(contents.values()));
    contents
        .valuesSchema()
        .ifPresent(schema -> version.setValuesSchema(StructValues.write(schema)));
  }

  private static ChartProvenance.Builder provenance(Provenance provenance) {
    var message = ChartProvenance.newBuilder();
    return switch (provenance) {
      case Provenance.Unsigned _ -> message.setState(ProvenanceState.PROVENANCE_STATE_UNSIGNED);
      case Provenance.Unchecked _ -> message.setState(ProvenanceState.PROVENANCE_STATE_UNCHECKED);
      case Provenance.Verified(var signer, var fingerprint) ->
          message
              .setState(ProvenanceState.PROVENANCE_STATE_VERIFIED)
              .setSigner(signer)
              .setFingerprint(fingerprint);
      case Provenance.Failed(var problem) ->
          message.setState(ProvenanceState.PROVENANCE_STATE_FAILED).setProblem(problem);
    };
  }

  private static ChartVersion listing(ChartListing listing) {
    var chart = listing.metadata();
    var message =
        ChartVersion.newBuilder()
            .setName(ChartNames.of(chart.name(), chart.version()))
            .setChart(chart.name())
            .setVersion(chart.version())
            .setAppVersion(listing.appVersion())
            .setDescription(chart.description())
            .setType(listing.type())
            .setKubeVersion(listing.kubeVersion())
            .setHome(chart.home())
            .addAllSources(chart.sources())
            .addAllKeywords(chart.keywords())
            .setIcon(chart.icon())
            .setDeprecated(chart.deprecated())
            .putAllAnnotations(chart.annotations())
            .setDigest(listing.digest());
    chart
        .dependencies()
        .forEach(
            dependency ->
                message.addDependencies(
                    ChartRequirement.newBuilder()
                        .setName(dependency.name())
                        .setVersion(dependency.version())
                        .setRepository(dependency.repository())));
    chart
        .maintainers()
        .forEach(
            maintainer ->
                message.addMaintainers(
                    ChartMaintainer.newBuilder()
                        .setName(maintainer.name())
                        .setEmail(maintainer.email())));
    listing
        .created()
        .ifPresent(created -> message.setCreateTime(ReleaseMessages.timestamp(created)));
    return message.build();
  }
}
