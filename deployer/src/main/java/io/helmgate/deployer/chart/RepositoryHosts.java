package io.helmgate.deployer.chart;

import java.io.IOException;
import java.net.Proxy;
import java.util.Optional;
import okhttp3.Dns;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;

/**
 * The hosts that a repository may lead to, each by the client that it is called with: the
 * repository's own host sees the client certificate, others do not.
 */
final class RepositoryHosts implements AutoCloseable {
  private final RepositorySettings settings;
  private final HttpUrl root;
  private final OkHttpClient own;
  private final OkHttpClient others;

  /**
   * Reads the TLS files; nothing is called yet.
   *
   * @throws IOException when a TLS file cannot be used
   * @throws IllegalArgumentException when the URL is none of http, https and oci
   */
  RepositoryHosts(RepositorySettings settings, Dns dns) throws IOException {
    this.settings = settings;
    String url = settings.url().toString().replaceFirst("^oci://", "https://");
    this.root = HttpUrl.get(url.endsWith("/") ? url : url + "/");
    this.own = client(settings, settings.tls(), dns);
    this.others =
        client(
            settings,
            new RepositorySettings.Tls(Optional.empty(), settings.tls().caFile(), false),
            dns);
  }

  private static OkHttpClient client(
      RepositorySettings settings, RepositorySettings.Tls tls, Dns dns) throws IOException {
    OkHttpClient.Builder builder =
        new OkHttpClient.Builder()
            .followRedirects(false)
            .followSslRedirects(false)
            // A proxy would connect in our place, to addresses that nobody looked at.
            .proxy(Proxy.NO_PROXY)
            .dns(dns)
            .socketFactory(new AddressGuard(settings.reach().allowPrivate()));
    RepositoryTls.configure(builder, settings.name(), tls);
    return builder.build();
  }

  /** The repository's URL, which ends with a slash. */
  HttpUrl root() {
    return root;
  }

  OkHttpClient client(HttpUrl url) {
    return isOwn(url) ? own : others;
  }

  /** Whether this is the repository's host: from http a step up to https counts as the same. */
  boolean isOwn(HttpUrl url) {
    return sameOrigin(root, url)
        || (root.host().equals(url.host()) && isUsual(root, "http") && isUsual(url, "https"));
  }

  /** Whether the repository may lead there. */
  boolean allowed(HttpUrl url) {
    boolean secure = url.isHttps() || !root.isHttps();
    boolean usual = url.port() == HttpUrl.defaultPort(url.scheme());
    return isOwn(url)
        || (secure
            && settings
                .reach()
                .hosts()
                .contains(usual ? url.host() : url.host() + ":" + url.port()));
  }

  /** Whether credentials may be sent to where the repository's index points. */
  boolean trusted(HttpUrl url) {
    return isOwn(url) || (settings.reach().passCredentialsAll() && allowed(url));
  }

  static boolean sameOrigin(HttpUrl one, HttpUrl other) {
    return one.scheme().equals(other.scheme())
        && one.host().equals(other.host())
        && one.port() == other.port();
  }

  private static boolean isUsual(HttpUrl url, String scheme) {
    return url.scheme().equals(scheme) && url.port() == HttpUrl.defaultPort(scheme);
  }

  @Override
  public void close() {
    for (OkHttpClient client : new OkHttpClient[] {own, others}) {
      client.dispatcher().executorService().shutdown();
      client.connectionPool().evictAll();
    }
  }
}
