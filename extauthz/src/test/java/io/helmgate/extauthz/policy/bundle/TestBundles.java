package io.helmgate.extauthz.policy.bundle;

import io.helmgate.extauthz.policy.Tools;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Makes bundles: with the real {@code opa}, and by hand where opa would refuse to. */
public final class TestBundles {

  private final Path directory;
  private final KeyPair key;

  public TestBundles(Path directory) {
    this.directory = directory;
    this.key = newKey();
  }

  public static KeyPair newKey() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return generator.generateKeyPair();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  public static String publicPem(KeyPair pair) {
    return pem("PUBLIC KEY", pair.getPublic().getEncoded());
  }

  public String publicPem() {
    return publicPem(key);
  }

  private static String pem(String label, byte[] der) {
    String body =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(der);
    return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
  }

  /** What {@code opa build --bundle} makes of files. */
  public byte[] build(Map<String, String> files, String... options) throws Exception {
    Path work = Files.createTempDirectory(directory, "build");
    for (Map.Entry<String, String> file : files.entrySet()) {
      Path target = work.resolve("source").resolve(file.getKey());
      Files.createDirectories(target.getParent());
      Files.writeString(target, file.getValue());
    }
    List<String> command =
        new ArrayList<>(
            List.of(Tools.opa().toString(), "build", "--bundle", ".", "-o", "../out.tar.gz"));
    command.addAll(Arrays.asList(options));
    Process process =
        new ProcessBuilder(command)
            .directory(work.resolve("source").toFile())
            .redirectErrorStream(true)
            .redirectOutput(work.resolve("output").toFile())
            .start();
    if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new IOException(Files.readString(work.resolve("output")));
    }
    return Files.readAllBytes(work.resolve("out.tar.gz"));
  }

  /** The same, signed with this object's key. */
  public byte[] signed(Map<String, String> files, String... options) throws Exception {
    return signedBy(key, files, options);
  }

  public byte[] signedBy(KeyPair signer, Map<String, String> files, String... options)
      throws Exception {
    Path file = Files.createTempFile(directory, "signing", ".pem");
    Files.writeString(file, pem("PRIVATE KEY", signer.getPrivate().getEncoded()));
    List<String> all = new ArrayList<>(List.of(options));
    all.addAll(List.of("--signing-key", file.toString(), "--signing-alg", "RS256"));
    return build(files, all.toArray(String[]::new));
  }

  /** An archive with these entries, whatever they are. */
  public static byte[] tar(TarArchiveEntry... entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes))) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      for (TarArchiveEntry entry : entries) {
        tar.putArchiveEntry(entry);
        for (long left = entry.getSize(); left > 0; left -= Math.min(left, 1 << 20)) {
          tar.write(new byte[(int) Math.min(left, 1 << 20)]);
        }
        tar.closeArchiveEntry();
      }
    }
    return bytes.toByteArray();
  }

  /** An archive with these files. */
  public static byte[] tar(Map<String, byte[]> files) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes))) {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        TarArchiveEntry entry = entry(file.getKey(), file.getValue().length);
        tar.putArchiveEntry(entry);
        tar.write(file.getValue());
        tar.closeArchiveEntry();
      }
    }
    return bytes.toByteArray();
  }

  static TarArchiveEntry entry(String name, long size) {
    TarArchiveEntry entry = new TarArchiveEntry(name, true);
    entry.setSize(size);
    return entry;
  }
}
