package io.helmgate.deployer.helm;

import com.marcnuri.helm.InstallCommand;
import com.marcnuri.helm.TemplateCommand;
import com.marcnuri.helm.UninstallCommand;
import com.marcnuri.helm.UpgradeCommand;
import com.marcnuri.helm.jni.HelmLib;
import com.marcnuri.helm.jni.NativeLibrary;
import com.sun.jna.Library;
import com.sun.jna.Native;
import io.helmgate.deployer.helm.HelmCall.Target;
import io.helmgate.deployer.release.Propagation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Helm's library itself, in this process. Its kubeconfig by contents, debug, set and upsert are
 * never used: they are unsafe or lossy there; nor is its loader, which would fetch native code from
 * the network when its jar is missing. Helm's validation by OpenAPI is off: with a server that has
 * {@code fieldValidation}, as all that Helm supports have, it reads the server's schemas for half a
 * second and then validates nothing (kubectl's paramVerifyingSchema); the dry-run before it does.
 */
final class HelmLibrary {
  private final HelmLib library;

  private HelmLibrary(HelmLib library) {
    this.library = library;
  }

  /** That of the process itself, of which the JVM has a copy of its own. */
  private interface Environment extends Library {
    int setenv(String name, String value, int overwrite);

    int unsetenv(String name);
  }

  private static final List<String> CLUSTER_OF_ENVIRONMENT =
      List.of(
          "KUBECONFIG", "KUBERNETES_MASTER", "KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT");

  private static @Nullable HelmLibrary ofProcess;

  /**
   * The library of this process, made once: a second copy would be a second Go runtime in it.
   *
   * <p>What templates look up is asked of the cluster that the environment names; no caller may see
   * what this service may see. Go reads the environment that the process was started with: what is
   * taken away or replaced there it sees, but nothing new, so that KUBECONFIG cannot be set.
   *
   * @param home a directory in one of this process's own, where Helm keeps what it learns of
   *     clusters' APIs, and finds no configuration; the first one counts
   * @throws IllegalStateException when there is none for this platform
   */
  static synchronized HelmLibrary ofProcess(Path home) {
    if (ofProcess == null) {
      Environment environment = Native.load(Environment.class);
      for (String name : CLUSTER_OF_ENVIRONMENT) {
        environment.unsetenv(name);
      }
      environment.setenv("HOME", home.toString(), 1);
      ofProcess = new HelmLibrary(packed().load());
    }
    return ofProcess;
  }

  private static NativeLibrary packed() {
    NativeLibrary packed = NativeLibrary.serviceProviderLibrary(null);
    if (packed == null) {
      throw new IllegalStateException("Helm's native library is not on the class path");
    }
    return packed;
  }

  /**
   * Unpacks the library for other processes.
   *
   * @return its file in the directory
   * @throws IllegalStateException when there is none for this platform
   */
  static Path unpack(Path directory) throws IOException {
    NativeLibrary packed = packed();
    Path file = directory.resolve(packed.getBinaryName());
    try (var content = packed.getClass().getResourceAsStream("/" + packed.getBinaryName())) {
      if (content == null) {
        throw new IllegalStateException("Helm's native library is not in its jar: " + file);
      }
      Files.copy(content, file);
    }
    return file;
  }

  /** One that {@link #unpack} has put there, for a process that uses no other. */
  static HelmLibrary load(Path file) {
    return new HelmLibrary(Native.load(file.toAbsolutePath().toString(), HelmLib.class));
  }

  /**
   * Makes a call, and blocks until Helm is done with it.
   *
   * @return what was rendered; empty for other calls, whose results are in the cluster
   * @throws HelmFailedException when it fails
   */
  String run(HelmCall call) {
    try {
      return switch (call) {
        case HelmCall.Install install -> install(install);
        case HelmCall.Upgrade upgrade -> upgrade(upgrade);
        case HelmCall.Uninstall(Target target, boolean keepHistory, var propagation) -> {
          var command =
              new UninstallCommand(library, target.name())
                  .withNamespace(target.namespace())
                  .withKubeConfig(target.kubeconfig())
                  .withCascade(cascade(propagation))
                  .noHooks();
          (keepHistory ? command.keepHistory() : command).call();
          yield "";
        }
        case HelmCall.Template template ->
            new TemplateCommand(library, template.chart())
                .withName(template.name())
                .withNamespace(template.namespace())
                .withKubeVersion(template.kubernetes())
                .withValuesFile(template.values())
                .skipCrds()
                .call();
        case HelmCall.First(var chart) ->
            new TemplateCommand(library, chart).withName("first").call();
      };
    } catch (IllegalStateException e) {
      throw new HelmFailedException(String.valueOf(e.getMessage()), e);
    }
  }

  private static UninstallCommand.Cascade cascade(Propagation propagation) {
    return switch (propagation) {
      case BACKGROUND -> UninstallCommand.Cascade.BACKGROUND;
      case FOREGROUND -> UninstallCommand.Cascade.FOREGROUND;
      case ORPHAN -> UninstallCommand.Cascade.ORPHAN;
    };
  }

  private String install(HelmCall.Install install) {
    Target target = install.target();
    var command =
        new InstallCommand(library, install.chart())
            .withName(target.name())
            .withNamespace(target.namespace())
            .withKubeConfig(target.kubeconfig())
            .withTimeout(target.seconds())
            .withValuesFile(install.values())
            .disableOpenApiValidation();
    (install.createNamespace() ? command.createNamespace() : command).call();
    return "";
  }

  private String upgrade(HelmCall.Upgrade upgrade) {
    Target target = upgrade.target();
    var command =
        new UpgradeCommand(library, upgrade.chart())
            .withName(target.name())
            .withNamespace(target.namespace())
            .withKubeConfig(target.kubeconfig())
            .withTimeout(target.seconds())
            .resetValues()
            .withValuesFile(upgrade.values())
            .disableOpenApiValidation();
    if (!upgrade.description().isEmpty()) {
      command.withDescription(upgrade.description());
    }
    (upgrade.skipCrds() ? command.skipCrds() : command).call();
    return "";
  }
}
