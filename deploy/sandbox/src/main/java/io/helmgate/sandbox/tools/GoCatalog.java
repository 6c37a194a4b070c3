package io.helmgate.sandbox.tools;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The programs that the sandbox builds by Go, in the modules that pin them. */
final class GoCatalog {
  private static final String KUBERNETES = "k8s.io/kubernetes";
  private static final String HELM = "helm.sh/helm/v3";
  private static final String GRPCURL = "github.com/fullstorydev/grpcurl";

  private static final String GNOSTIC = "github.com/google/gnostic";
  private static final String REGISTRY = "github.com/distribution/distribution/v3";

  private GoCatalog() {}

  static List<ToolGroup> groups(Path locks, ToolCache cache, SearchPath path) throws IOException {
    GoMod kubernetes = GoMod.read(locks.resolve("kubernetes"));
    return List.of(
        new GoTools(
            kubernetes,
            List.of(
                GoProgram.of("etcd", "go.etcd.io/etcd/server/v3", "", "--version"),
                GoProgram.of("kube-apiserver", KUBERNETES, "cmd/kube-apiserver", "--version"),
                GoProgram.of(
                    "kube-controller-manager",
                    KUBERNETES,
                    "cmd/kube-controller-manager",
                    "--version"),
                GoProgram.of("kube-scheduler", KUBERNETES, "cmd/kube-scheduler", "--version"),
                GoProgram.of("kubectl", KUBERNETES, "cmd/kubectl", "version", "--client"),
                GoProgram.of("kwok", "sigs.k8s.io/kwok", "cmd/kwok", "--version"),
                GoProgram.of("helm", HELM, "cmd/helm", "version", "--short"),
                GoProgram.of("opa", "github.com/open-policy-agent/opa", "", "version")),
            GoCatalog::kubernetesVersions,
            "about 12 minutes on 2 cores and 6 GB of disk",
            cache,
            path),
        new KwokStages(kubernetes, cache),
        new GoTools(
            GoMod.read(locks.resolve("grpcurl")),
            List.of(GoProgram.of("grpcurl", GRPCURL, "cmd/grpcurl", "-version")),
            mod -> "-s -w -X main.version=v" + mod.version(GRPCURL),
            "about a minute",
            cache,
            path),
        new GoTools(
            GoMod.read(locks.resolve("buf")),
            List.of(GoProgram.of("buf", "github.com/bufbuild/buf", "cmd/buf", "--version")),
            _ -> "-s -w",
            "about 2 minutes",
            cache,
            path),
        new GoTools(
            GoMod.read(locks.resolve("openapi")),
            List.of(GoProgram.of("protoc-gen-openapi", GNOSTIC, "cmd/protoc-gen-openapi")),
            _ -> "-s -w",
            "about a minute",
            cache,
            path),
        new GoTools(
            GoMod.read(locks.resolve("registry")),
            List.of(GoProgram.of("registry", REGISTRY, "cmd/registry", "--version")),
            mod -> "-s -w -X " + REGISTRY + "/version.version=v" + mod.version(REGISTRY),
            "about 2 minutes",
            cache,
            path));
  }

  /** Without these an API server reports a version that kubectl and helm can't parse. */
  private static String kubernetesVersions(GoMod mod) {
    String version = mod.version(KUBERNETES);
    String[] parts = version.split("\\.", -1);
    String variables = "k8s.io/component-base/version.";
    return String.join(
        " ",
        "-s -w",
        "-X %sgitVersion=v%s".formatted(variables, version),
        "-X %sgitMajor=%s".formatted(variables, parts[0]),
        "-X %sgitMinor=%s".formatted(variables, parts[1]),
        "-X %sgitTreeState=clean".formatted(variables),
        "-X %s/internal/version.version=v%s".formatted(HELM, mod.version(HELM)));
  }
}
