package io.helmgate.deployer.chart;

import io.helmgate.deployer.catalog.Provenance;
import io.helmgate.deployer.yaml.NoYamlException;
import io.helmgate.deployer.yaml.YamlReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.bcpg.ArmoredInputStream;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.api.OpenPGPCertificate;
import org.bouncycastle.openpgp.api.OpenPGPDetachedSignatureProcessor;
import org.bouncycastle.openpgp.api.OpenPGPKeyReader;
import org.bouncycastle.openpgp.api.OpenPGPSignature.OpenPGPDocumentSignature;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The OpenPGP keys that may sign a repository's charts. A signature file (.prov, Helm's provenance
 * package) is a clear-signed text: the Chart.yaml, a line of three dots, and the archive's digest.
 */
final class Keyring {
  private static final Logger log = LoggerFactory.getLogger(Keyring.class);
  private static final String SEPARATOR = "\n...\n";

  private final List<OpenPGPCertificate> keys;

  private Keyring(List<OpenPGPCertificate> keys) {
    this.keys = keys;
  }

  /**
   * Reads public keys, armored or not.
   *
   * @throws IOException when there are none
   */
  static Keyring read(Path file) throws IOException {
    List<OpenPGPCertificate> keys;
    try {
      keys = new OpenPGPKeyReader().parseCertificates(Files.readAllBytes(file));
    } catch (RuntimeException e) {
      throw new IOException(file + ": is no OpenPGP keyring", e);
    }
    if (keys.isEmpty()) {
      throw new IOException(file + ": holds no OpenPGP public key");
    }
    return new Keyring(keys);
  }

  /** What a signature file proves of a version, whose digest is known. */
  Provenance check(byte[] file, IndexedChart chart) {
    try {
      ByteArrayOutputStream text = new ByteArrayOutputStream();
      ByteArrayInputStream signatures = new ByteArrayInputStream(split(file, text));
      String signed = canonical(text.toString(StandardCharsets.UTF_8));
      Optional<OpenPGPDocumentSignature> valid = valid(signatures, signed);
      if (valid.isEmpty()) {
        return new Provenance.Failed("its signature is not by a key of the keyring that may sign");
      }
      return fits(signed, chart)
          ? verified(valid.get().getIssuerCertificate())
          : new Provenance.Failed("its signature is for another chart, version or archive");
    } catch (IOException | PGPException | RuntimeException e) {
      // Whatever a parser makes of what somebody made up.
      log.warn("{}its signature file is bad", chart.label(), e);
      return new Provenance.Failed("its signature file is none");
    }
  }

  /** Takes the text, and returns the signatures behind it. */
  private static byte[] split(byte[] file, ByteArrayOutputStream text) throws IOException {
    try (ArmoredInputStream in = new ArmoredInputStream(new ByteArrayInputStream(file))) {
      if (!in.isClearText()) {
        throw new BadChartException("no clear-signed text");
      }
      for (int c = in.read(); c >= 0 && in.isClearText(); c = in.read()) {
        text.write(c);
      }
      return in.readAllBytes();
    }
  }

  /** What is signed (RFC 9580, section 7.2): no space at line ends, no line end at the end. */
  private static String canonical(String text) {
    String lines = text.replaceAll("[ \\t\\r]+\\n", "\n");
    return lines.endsWith("\n") ? lines.substring(0, lines.length() - 1) : lines;
  }

  private Optional<OpenPGPDocumentSignature> valid(ByteArrayInputStream signatures, String signed)
      throws IOException, PGPException {
    OpenPGPDetachedSignatureProcessor processor =
        new OpenPGPDetachedSignatureProcessor().addSignatures(signatures);
    keys.forEach(processor::addVerificationCertificate);
    byte[] bytes = signed.getBytes(StandardCharsets.UTF_8);
    for (OpenPGPDocumentSignature signature : processor.process(new ByteArrayInputStream(bytes))) {
      int type = signature.getSignature().getSignatureType();
      boolean ofText =
          type == PGPSignature.CANONICAL_TEXT_DOCUMENT || type == PGPSignature.BINARY_DOCUMENT;
      if (ofText && signature.isTestedCorrect() && signature.isValid()) {
        return Optional.of(signature);
      }
    }
    return Optional.empty();
  }

  private static boolean fits(String signed, IndexedChart chart) throws NoYamlException {
    int end = signed.indexOf(SEPARATOR);
    if (end < 0) {
      return false;
    }
    YamlReader reader = new YamlReader();
    Map<String, ?> yaml = reader.mapping(signed.substring(0, end));
    Map<String, ?> sums = reader.mapping(signed.substring(end + SEPARATOR.length()));
    String version = chart.metadata().version();
    String archive = chart.ownName() + "-" + version + ".tgz";
    return chart.ownName().equals(yaml.get("name"))
        && version.equals(String.valueOf(yaml.get("version")))
        && sums.get("files") instanceof Map<?, ?> files
        && ("sha256:" + chart.sha256()).equals(files.get(archive));
  }

  private static Provenance verified(OpenPGPCertificate key) {
    return new Provenance.Verified(
        Optional.ofNullable(key.getPrimaryUserId())
            .map(OpenPGPCertificate.OpenPGPUserId::getUserId)
            .orElse(""),
        HexFormat.of().formatHex(key.getFingerprint()).toUpperCase(Locale.ROOT));
  }
}
