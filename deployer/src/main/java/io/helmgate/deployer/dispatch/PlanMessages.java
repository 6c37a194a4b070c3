package io.helmgate.deployer.dispatch;

import com.google.protobuf.Value;
import io.helmgate.deployer.diff.FieldDiff;
import io.helmgate.deployer.diff.TextDiff;
import io.helmgate.deployer.release.Disclosure;
import io.helmgate.deployer.release.Drift;
import io.helmgate.deployer.release.HelmHook;
import io.helmgate.deployer.release.Manifests;
import io.helmgate.deployer.release.Preflight.Change;
import io.helmgate.deployer.release.Preflight.Effect;
import io.helmgate.deployer.release.Preview;
import io.helmgate.deployer.values.ObjectMasks;
import io.helmgate.deployer.values.ValuePath;
import io.helmgate.deployer.values.Values;
import io.helmgate.proto.deployer.v1.FieldChange;
import io.helmgate.proto.deployer.v1.ObjectChange;
import io.helmgate.proto.deployer.v1.ObjectChangeKind;
import io.helmgate.proto.deployer.v1.OperationAction;
import io.helmgate.proto.deployer.v1.ReleaseChart;
import io.helmgate.proto.deployer.v1.ReleaseDrift;
import io.helmgate.proto.deployer.v1.ReleasePlan;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes previews as plans of {@code helmgate.deployer.v1}, masked. */
public final class PlanMessages {

  private final ResourceNames names;
  private final Disclosure disclosure;
  private final Manifests manifests;

  public PlanMessages(ResourceNames names, Disclosure disclosure, Manifests manifests) {
    this.names = names;
    this.disclosure = disclosure;
    this.manifests = manifests;
  }

  ReleasePlan plan(Preview preview, OperationAction action) {
    var plan =
        ReleasePlan.newBuilder()
            .setRelease(names.of(preview.ref()))
            .setAction(action)
            .setRevision(preview.revision())
            .setReproducible(preview.doubts().isEmpty())
            .addAllNotes(preview.doubts())
            .addAllNotes(preview.notes());
    preview
        .chart()
        .ifPresent(
            chart ->
                plan.setChart(
                    ReleaseChart.newBuilder()
                        .setName(chart.name())
                        .setVersion(chart.version())
                        .setSourceUrl(chart.sourceUrl())
                        .setDigest(chart.digest())));
    preview
        .plan()
        .ifPresent(
            kept ->
                plan.setPlanDigest(kept.digest())
                    .setExpireTime(ReleaseMessages.timestamp(kept.expires())));
    var oldValues = disclosure.values(preview.old());
    var newValues = disclosure.values(preview.values());
    plan.addAllValues(changes(preview.old().all(), preview.values().all(), oldValues, newValues))
        .setValuesDiff(
            TextDiff.between(
                "values.yaml", manifests.write(oldValues), manifests.write(newValues)));
    var masks = new PreviewMasks(disclosure, preview.old(), preview.values());
    preview.effects().forEach(effect -> plan.addObjects(object(effect, masks)));
    for (HelmHook hook : preview.hooks()) {
      var manifest = disclosure.manifest(masks.now(), hook.manifest()).orElse("");
      plan.addHooks(ReleaseMessages.hook(hook, manifest));
    }
    return plan.build();
  }

  ReleaseDrift drift(Drift drift) {
    var masks = new PreviewMasks(disclosure, drift.values(), drift.values());
    return ReleaseDrift.newBuilder()
        .setRelease(names.of(drift.ref()))
        .setRevision(drift.revision())
        .setDrifted(!drift.effects().isEmpty())
        .addAllObjects(drift.effects().stream().map(effect -> object(effect, masks)).toList())
        .addAllNotes(drift.doubts())
        .build();
  }

  /** What hides in objects of the release as it is, and as it would be. */
  private record PreviewMasks(ObjectMasks old, ObjectMasks now) {
    PreviewMasks(Disclosure disclosure, Values old, Values now) {
      this(disclosure.objects(old), disclosure.objects(now));
    }

    /** Without what either values hold as secret. */
    Map<String, @Nullable Object> mask(Map<String, @Nullable Object> object) {
      return now.mask(old.mask(object));
    }
  }

  private ObjectChange object(Effect effect, PreviewMasks masks) {
    var before = Preview.lasting(effect.before());
    var after = Preview.lasting(effect.after());
    var rendered = FieldDiff.between(effect.old(), effect.wanted());
    var live = FieldDiff.between(before, after);
    var shown = effect.wanted().isEmpty() ? effect.old() : effect.wanted();
    var metadata = shown.get("metadata") instanceof Map<?, ?> map ? map : Map.of();
    var liveMetadata = effect.before().get("metadata") instanceof Map<?, ?> map ? map : Map.of();
    var namespace = metadata.get("namespace");
    var name = text(metadata.get("name"));
    var oldShown = masks.mask(effect.old());
    var newShown = masks.mask(effect.wanted());
    var beforeShown = masks.mask(before);
    var afterShown = masks.mask(after);
    return ObjectChange.newBuilder()
        .setChange(kind(effect.change(), live))
        .setApiVersion(text(shown.get("apiVersion")))
        .setKind(text(shown.get("kind")))
        .setNamespace(text(namespace == null ? liveMetadata.get("namespace") : namespace))
        .setName(name)
        .addAllRendered(changes(rendered, oldShown, newShown))
        .setRenderedDiff(TextDiff.between(name, yaml(oldShown), yaml(newShown)))
        .addAllLive(changes(live, beforeShown, afterShown))
        .setLiveDiff(TextDiff.between(name, yaml(beforeShown), yaml(afterShown)))
        .build();
  }

  private String yaml(Map<String, @Nullable Object> object) {
    return object.isEmpty() ? "" : manifests.write(object);
  }

  private static ObjectChangeKind kind(Change change, List<ValuePath> live) {
    return switch (change) {
      case CREATE -> ObjectChangeKind.OBJECT_CHANGE_KIND_CREATE;
      case UPDATE ->
          live.isEmpty()
              ? ObjectChangeKind.OBJECT_CHANGE_KIND_NONE
              : ObjectChangeKind.OBJECT_CHANGE_KIND_UPDATE;
      case DELETE -> ObjectChangeKind.OBJECT_CHANGE_KIND_DELETE;
    };
  }

  private static List<FieldChange> changes(
      Map<String, @Nullable Object> old,
      Map<String, @Nullable Object> now,
      Map<String, @Nullable Object> oldShown,
      Map<String, @Nullable Object> newShown) {
    return changes(FieldDiff.between(old, now), oldShown, newShown);
  }

  private static List<FieldChange> changes(
      List<ValuePath> paths,
      Map<String, @Nullable Object> before,
      Map<String, @Nullable Object> after) {
    return paths.stream()
        .filter(path -> !path.steps().isEmpty())
        .map(
            path -> {
              var change = FieldChange.newBuilder().setPath(path.toString());
              path.in(before).ifPresent(value -> change.setBefore(value(value)));
              path.in(after).ifPresent(value -> change.setAfter(value(value)));
              return change.build();
            })
        .toList();
  }

  private static Value value(Object value) {
    return StructValues.write(value);
  }

  private static String text(@Nullable Object value) {
    return value == null ? "" : value.toString();
  }
}
