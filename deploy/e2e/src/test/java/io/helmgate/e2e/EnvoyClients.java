package io.helmgate.e2e;

import com.google.rpc.Code;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.helmgate.e2e.client.RawHttp;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Connections to Envoy, and with Envoy's own certificate to what is behind it. */
final class EnvoyClients {

  private static final char[] NO_PASSWORD = {};

  private final Path tls;
  private final URI url;
  private final ManagedChannel channel;

  EnvoyClients(Path tls, URI url) {
    this.tls = tls;
    this.url = url;
    try {
      channel =
          NettyChannelBuilder.forAddress(url.getHost(), url.getPort())
              .sslContext(
                  GrpcSslContexts.forClient().trustManager(tls.resolve("ca.crt").toFile()).build())
              .build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Channel channel() {
    return channel;
  }

  RawHttp raw() {
    return new RawHttp(context(new KeyManager[0]), url.getHost(), url.getPort());
  }

  /** A client that shows one of the sandbox's certificates. */
  HttpClient withCertificate(String name) {
    return HttpClient.newBuilder().sslContext(context(keys(name))).build();
  }

  /** Sends bytes as the message of a unary call. */
  Code grpc(String method, String token, byte[] message) {
    var authorization = new Metadata();
    authorization.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
    var descriptor =
        MethodDescriptor.newBuilder(new Bytes(), new Bytes())
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(method.substring(1))
            .build();
    try {
      var _ =
          ClientCalls.blockingUnaryCall(
              io.grpc.ClientInterceptors.intercept(
                  channel, MetadataUtils.newAttachHeadersInterceptor(authorization)),
              descriptor,
              CallOptions.DEFAULT,
              message);
      return Code.OK;
    } catch (StatusRuntimeException e) {
      return Code.forNumber(e.getStatus().getCode().value());
    }
  }

  private SSLContext context(KeyManager[] keys) {
    try {
      var trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      trusted.setCertificateEntry("ca", certificate("ca"));
      var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      var context = SSLContext.getInstance("TLS");
      context.init(keys, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** SHA-256 of the public key of one of the sandbox's certificates, in Base64. */
  String publicKeyDigest(String name) {
    try {
      var key = certificate(name).getPublicKey().getEncoded();
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256").digest(key));
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private KeyManager[] keys(String name) {
    try {
      var own = KeyStore.getInstance(KeyStore.getDefaultType());
      own.load(null, null);
      own.setKeyEntry(name, privateKey(name), NO_PASSWORD, new Certificate[] {certificate(name)});
      var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(own, NO_PASSWORD);
      return keys.getKeyManagers();
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private Certificate certificate(String name) throws GeneralSecurityException, IOException {
    try (var in = Files.newInputStream(tls.resolve(name + ".crt"))) {
      return CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  private PrivateKey privateKey(String name) throws GeneralSecurityException, IOException {
    var pem = Files.readString(tls.resolve(name + ".key")).replaceAll("-----[A-Z ]+-----|\\s", "");
    return KeyFactory.getInstance("EC")
        .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem)));
  }

  /** Carries bytes as they are. */
  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {

    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
