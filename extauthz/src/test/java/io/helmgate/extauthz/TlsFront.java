package io.helmgate.extauthz;

import io.grpc.util.CertificateUtils;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;

/** Takes TLS connections on a loopback port and passes what they carry on to a plain one. */
final class TlsFront implements AutoCloseable {

  private static final char[] NO_PASSWORD = {};

  private final int target;
  private final SSLServerSocket server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /**
   * Starts it.
   *
   * @param certificate PEM file
   * @param key PEM file, PKCS #8
   * @param target port on loopback
   */
  TlsFront(Path certificate, Path key, int target) throws IOException, GeneralSecurityException {
    this.target = target;
    this.server =
        (SSLServerSocket)
            context(certificate, key)
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    var _ = threads.submit(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  private static SSLContext context(Path certificate, Path key)
      throws IOException, GeneralSecurityException {
    try (InputStream chain = Files.newInputStream(certificate);
        InputStream secret = Files.newInputStream(key)) {
      X509Certificate[] certificates = CertificateUtils.getX509Certificates(chain);
      PrivateKey privateKey = CertificateUtils.getPrivateKey(secret);
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("server", privateKey, NO_PASSWORD, certificates);
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, NO_PASSWORD);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      return context;
    }
  }

  private Void accept() throws IOException {
    while (true) {
      Socket client = server.accept();
      var _ = threads.submit(() -> serve(client));
    }
  }

  private Void serve(Socket client) throws IOException {
    try (client;
        Socket behind = new Socket(InetAddress.getLoopbackAddress(), target)) {
      var _ = threads.submit(() -> copy(behind, client));
      return copy(client, behind);
    }
  }

  private static Void copy(Socket from, Socket to) throws IOException {
    try (to;
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      in.transferTo(out);
    }
    return null;
  }

  @Override
  public void close() throws IOException {
    server.close();
    threads.shutdownNow();
  }
}
