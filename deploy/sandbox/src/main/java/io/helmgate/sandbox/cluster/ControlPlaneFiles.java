package io.helmgate.sandbox.cluster;

import io.helmgate.sandbox.process.SandboxException;
import io.helmgate.sandbox.tls.CertificateAuthority;
import io.helmgate.sandbox.tls.PemPair;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The files of one control plane: certificates, tokens, kubeconfigs and kwok's stages. */
final class ControlPlaneFiles {
  private static final String RESOURCES = "/io/helmgate/sandbox/cluster/";

  private final Path directory;
  private final SecureRandom random;
  private final List<Credential> credentials = new ArrayList<>();
  private final PemPair etcd;
  private final PemPair apiServer;
  private final PemPair kubelet;

  private ControlPlaneFiles(Path directory, SecureRandom random, CertificateAuthority authority) {
    this.directory = directory;
    this.random = random;
    authority.write(authorityFile());
    this.etcd = authority.issue(directory, "etcd", "127.0.0.1", "localhost");
    this.apiServer =
        authority.issue(
            directory,
            "apiserver",
            "127.0.0.1",
            "localhost",
            "10.96.0.1",
            "kubernetes.default.svc");
    this.kubelet = authority.issue(directory, "kubelet", "127.0.0.1", "localhost");
  }

  static ControlPlaneFiles write(
      Path directory, SecureRandom random, CertificateAuthority authority, String server) {
    try {
      Files.createDirectories(directory);
      var files = new ControlPlaneFiles(directory, random, authority);
      files.writeServiceAccountKey();
      files.addUser("admin", "system:masters", server);
      files.addUser("components", "system:masters", server);
      files.addUser("helmgate", "", server);
      writePrivately(
          files.tokens(),
          files.credentials.stream().map(Credential::csv).collect(Collectors.joining()));
      for (String name : List.of("base.yaml", "access.yaml", "container.log")) {
        Files.writeString(directory.resolve(name), resource(name));
      }
      return files;
    } catch (IOException e) {
      throw new SandboxException(directory + ": can't be written", e);
    }
  }

  private void addUser(String user, String group, String server) throws IOException {
    byte[] secret = new byte[24];
    random.nextBytes(secret);
    var credential =
        new Credential(
            user, group, HexFormat.of().formatHex(secret), directory.resolve(user + ".token"));
    writePrivately(credential.tokenFile(), credential.token());
    writePrivately(kubeconfig(user), credential.kubeconfig(server, authorityFile()));
    credentials.add(credential);
  }

  /** Writes the key that signs service account tokens. */
  private void writeServiceAccountKey() throws IOException {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), random);
      KeyPair keys = generator.generateKeyPair();
      writePrivately(serviceAccountKey(), pem("PRIVATE KEY", keys.getPrivate().getEncoded()));
      Files.writeString(
          serviceAccountPublicKey(), pem("PUBLIC KEY", keys.getPublic().getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("P-256: every JDK has it", e);
    }
  }

  private static String pem(String type, byte[] der) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(type, body, type);
  }

  /** Writes kwok's own stages and ours into one file. */
  void writeStages(Path stages) {
    try (Stream<Path> files = Files.list(stages)) {
      List<String> documents = new ArrayList<>();
      for (Path file : files.sorted().toList()) {
        if (!file.getFileName().equals(storageClass().getFileName())) {
          documents.add(Files.readString(file));
        }
      }
      documents.add(resource("stages.yaml"));
      documents.add(resource("logs.yaml").formatted(directory.resolve("container.log")));
      Files.writeString(stages(), String.join("\n---\n", documents));
      Files.writeString(
          storageClass(), Files.readString(stages.resolve(storageClass().getFileName())));
    } catch (IOException e) {
      throw new SandboxException(stages + ": can't be read (expected: make tools made it)", e);
    }
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = ControlPlaneFiles.class.getResourceAsStream(RESOURCES + name)) {
      if (in == null) {
        throw new IllegalStateException("resource: no " + RESOURCES + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static void writePrivately(Path file, String text) throws IOException {
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, text);
  }

  Path authorityFile() {
    return directory.resolve("ca.crt");
  }

  PemPair etcd() {
    return etcd;
  }

  PemPair apiServer() {
    return apiServer;
  }

  PemPair kubelet() {
    return kubelet;
  }

  Path tokens() {
    return directory.resolve("tokens.csv");
  }

  Path serviceAccountKey() {
    return directory.resolve("service-account.key");
  }

  Path serviceAccountPublicKey() {
    return directory.resolve("service-account.pub");
  }

  Path kubeconfig(String user) {
    return directory.resolve(user + ".kubeconfig");
  }

  Path stages() {
    return directory.resolve("kwok-stages.yaml");
  }

  Path storageClass() {
    return directory.resolve("storage-class.yaml");
  }

  Path base() {
    return directory.resolve("base.yaml");
  }

  Path access() {
    return directory.resolve("access.yaml");
  }
}
