package io.helmgate.deployer.dispatch;

import com.google.protobuf.FieldMask;
import io.helmgate.deployer.catalog.ChartDetails.Part;
import io.helmgate.deployer.catalog.ChartQuery;
import io.helmgate.deployer.catalog.ChartRef;
import io.helmgate.deployer.release.Page;
import io.helmgate.proto.deployer.v1.ChartVersion;
import io.helmgate.proto.deployer.v1.GetChartVersionRequest;
import io.helmgate.proto.deployer.v1.ListChartVersionsRequest;
import io.helmgate.proto.deployer.v1.ListChartVersionsResponse;
import io.helmgate.proto.deployer.v1.ListChartsRequest;
import io.helmgate.proto.deployer.v1.ListChartsResponse;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** Reads the requests of ChartService into the domain's terms. */
final class ChartRequests {

  private static final Map<String, Part> PARTS =
      Map.of(
          "readme", Part.CONTENTS,
          "default_values_yaml", Part.CONTENTS,
          "default_values", Part.CONTENTS,
          "values_schema", Part.CONTENTS,
          "provenance", Part.PROVENANCE);

  private ChartRequests() {}

  /** Which page of which charts. */
  record ChartsQuery(ChartQuery selection, Page.Wanted page) {}

  static Validation<ChartsQuery> list(ListChartsRequest request) {
    var rules = new FieldRules();
    var repository = ChartNames.anyRepository("parent", request.getParent(), rules);
    var page = PageTokens.wanted(request, rules);
    rules.text("search", request.getSearch());
    rules.view("view", request.getView(), ListChartsResponse.getDescriptor());
    return rules.result(
        () ->
            new ChartsQuery(
                new ChartQuery(
                    repository,
                    request.getSearch(),
                    request.getRegex(),
                    request.getAllVersions(),
                    request.getPrereleases()),
                page));
  }

  /** Which page of a chart's versions. */
  record VersionsQuery(ChartRef chart, Page.Wanted page) {}

  static Validation<VersionsQuery> versions(ListChartVersionsRequest request) {
    var rules = new FieldRules();
    var chart = ChartNames.chart("parent", request.getParent(), rules);
    var page = PageTokens.wanted(request, rules);
    rules.view("view", request.getView(), ListChartVersionsResponse.getDescriptor());
    return rules.result(() -> new VersionsQuery(chart, page));
  }

  /** Which parts of which version. */
  record VersionQuery(ChartRef chart, Set<Part> parts) {}

  static Validation<VersionQuery> version(GetChartVersionRequest request) {
    var rules = new FieldRules();
    var chart = ChartNames.version("name", request.getName(), rules);
    rules.view("view", request.getView(), ChartVersion.getDescriptor());
    return rules.result(() -> new VersionQuery(chart, parts(request.getView())));
  }

  private static Set<Part> parts(FieldMask view) {
    var parts = EnumSet.noneOf(Part.class);
    for (var path : view.getPathsList()) {
      var part = PARTS.get(path.split("\\.", 2)[0]);
      if (part != null) {
        parts.add(part);
      }
    }
    return parts;
  }
}
