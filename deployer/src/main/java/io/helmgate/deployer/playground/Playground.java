package io.helmgate.deployer.playground;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.helmgate.deployer.playground.Bundle.Asset;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;

/**
 * Answers GET of the page and of each of its assets, written exactly so, to anybody. Whatever else
 * comes goes on to the service behind.
 */
public final class Playground {

  static final String PAGE = "/playground";
  static final String ASSETS = PAGE + "/";

  /** What an asset may load, for those that are workers: scripts. */
  private static final String ASSET_POLICY = "default-src 'none'; script-src 'self'";

  private static final int NONCE_BYTES = 16;

  private final Page page;
  private final Map<String, Asset> assets;
  private final Supplier<String> nonces;

  private Playground(Page page, Map<String, Asset> assets, Supplier<String> nonces) {
    this.page = page;
    this.assets = assets;
    this.nonces = nonces;
  }

  /**
   * Reads the bundle.
   *
   * @param random makes the nonce of each page that is served
   * @throws IOException when the bundle is not there
   */
  public static Playground load(PlaygroundSettings settings, SecureRandom random)
      throws IOException {
    return of(settings, Bundle.read(Bundle.BUILT), () -> nonce(random));
  }

  private static String nonce(SecureRandom random) {
    var bytes = new byte[NONCE_BYTES];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  static Playground of(PlaygroundSettings settings, Bundle bundle, Supplier<String> nonces) {
    return new Playground(
        new Page(settings, bundle),
        bundle.assets().entrySet().stream()
            .collect(Collectors.toUnmodifiableMap(e -> ASSETS + e.getKey(), Map.Entry::getValue)),
        nonces);
  }

  /** Stands before another service. */
  public Function<HttpService, HttpService> before() {
    return service -> service.decorate(this::serve);
  }

  /** The raw path has the query, and nothing of it is decoded or tidied. */
  private HttpResponse serve(HttpService next, ServiceRequestContext context, HttpRequest request)
      throws Exception {
    if (request.method() == HttpMethod.GET) {
      var path = context.rawPath();
      if (path.equals(PAGE)) {
        var nonce = nonces.get();
        return HttpResponse.of(page.headers(nonce), HttpData.ofUtf8(page.html(nonce)));
      }
      var asset = assets.get(path);
      if (asset != null) {
        return answer(asset, request.headers().get(HttpHeaderNames.ACCEPT_ENCODING, ""));
      }
    }
    return next.serve(context, request);
  }

  private static HttpResponse answer(Asset asset, String accepted) {
    var headers =
        Page.common(asset.type(), ASSET_POLICY)
            .set(HttpHeaderNames.CACHE_CONTROL, "public, max-age=31536000, immutable");
    if (!asset.gzip()) {
      return HttpResponse.of(headers.build(), asset.content());
    }
    headers.set(HttpHeaderNames.VARY, "accept-encoding");
    if (accepted.contains("gzip")) {
      headers.set(HttpHeaderNames.CONTENT_ENCODING, "gzip");
      return HttpResponse.of(headers.build(), asset.content());
    }
    return HttpResponse.of(headers.build(), HttpData.wrap(unpacked(asset)));
  }

  private static byte[] unpacked(Asset asset) {
    try (var in = new GZIPInputStream(asset.content().toInputStream())) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("the build compressed it", e);
    }
  }
}
