package io.helmgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.helmgate.e2e.browser.Browser;
import io.helmgate.e2e.browser.SentRequest;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The playground in a real browser: Envoy, extauthz, Keycloak and the deployer behind it. */
final class PlaygroundIT {

  private static final Running HELMGATE = Running.helmgate();
  private static final URI PAGE = HELMGATE.gateway("/playground");
  private static final String RESULT = ".result-window";

  /** A JWT. Keycloak's own pages have JSON in Base64 in their addresses, which is none. */
  private static final Pattern TOKEN = Pattern.compile("eyJ[\\w-]+\\.[\\w-]+\\.[\\w-]+");

  @TempDir private Path directory;
  private Browser browser;

  @BeforeEach
  void start() {
    browser = Browser.start(directory, HELMGATE.listenerKey());
  }

  @AfterEach
  void end() {
    browser.close();
  }

  @Test
  void aPersonLogsInQueriesInstallsWatchesAndLogsOut() {
    var release = HELMGATE.freshName("play");
    logIn("alice");

    browser.click(".graphiql-execute-button");
    browser.see(RESULT, "\"releases\"");
    execute(
        """
        mutation Install {
          installRelease(input: {
            parent: "clusters/default/namespaces/team-a",
            release_id: "%s",
            chart: "sandbox/demo"
          }) { name }
        }
        """
            .formatted(release));
    // A long line is shown on two.
    var operation =
        browser
            .see(RESULT, "operations/")
            .replaceAll("\\s", "")
            .replaceAll(".*\"(clusters/[^\"]+)\".*", "$1");
    execute(
        "subscription Events { operationEvents(input: {name: \"" + operation + "\"}) { phase } }");
    browser.see(RESULT, "OPERATION_PHASE_DONE");
    browser.screenshot(Path.of("target/playground/operation.png"));

    assertThat(HELMGATE.helmJson("list", "-n", "team-a", "--filter", "^" + release + "$"))
        .singleElement()
        .extracting(found -> found.path("status").asText())
        .isEqualTo("deployed");
    assertThat(stored()).doesNotContainPattern(TOKEN).contains("operationEvents");
    assertThat(browser.violations()).isEmpty();

    browser.click("#log-out");
    browser.see("#log-in", "Log in");
    assertThat(browser.address()).isEqualTo(PAGE);
    browser.click("#log-in");
    browser.see("label[for=username]", "Username");
    assertThat(browser.consoleErrors()).isEmpty();
    assertOnlyGatewayAndIssuerWereAsked(browser.requests());
  }

  private static void assertOnlyGatewayAndIssuerWereAsked(List<SentRequest> requests) {
    assertThat(requests)
        .extracting(SentRequest::origin)
        .contains(origin(PAGE), origin(HELMGATE.issuer()))
        .containsOnly(origin(PAGE), origin(HELMGATE.issuer()));
    // The workers' scripts, so their requests are seen here too.
    assertThat(requests)
        .extracting(request -> request.url().getPath())
        .anyMatch(path -> path.startsWith("/playground/graphql-"));
    assertThat(requests).noneMatch(request -> TOKEN.matcher(request.url().toString()).find());
  }

  @Test
  void aMistakeIsMarkedWhereItStandsAndAnswered() {
    logIn("alice");

    execute("{ releases }");

    browser.see(RESULT, "INVALID_ARGUMENT");
    browser.appears(".graphiql-query-editor .squiggly-error");
    browser.screenshot(Path.of("target/playground/mistake.png"));
    assertThat(browser.violations()).isEmpty();
  }

  @Test
  void aLoginWithAnotherStateNonceOrVerifierIsRefused() {
    for (var secret : List.of("state", "nonce", "verifier")) {
      browser.open(PAGE);
      browser.click("#log-in");
      browser.see("label[for=username]", "Username");
      var issuer = browser.address();
      // A document of the page's origin that runs no script.
      browser.open(HELMGATE.gateway(HELMGATE.playgroundAssets().icon()));
      browser.run(
          """
          const pending = JSON.parse(sessionStorage.getItem('helmgate:login'));
          pending[arguments[0]] = 'another-'.repeat(8);
          sessionStorage.setItem('helmgate:login', JSON.stringify(pending));
          """,
          secret);
      browser.open(issuer);
      authenticate("alice");

      browser.see("[role=alert]", "Login failed");
      assertThat(browser.address()).as(secret).isEqualTo(PAGE);
      assertThat(stored()).as(secret).doesNotContain("helmgate:login");
      browser.open(URI.create(HELMGATE.issuer() + "/.well-known/openid-configuration"));
      browser.forgetCookies();
    }
  }

  @Test
  void anAnswerThatNobodyAskedForIsRefused() {
    browser.open(URI.create(PAGE + "#state=x&code=y"));

    browser.see("[role=alert]", "Login failed: an answer to no question");
    assertThat(browser.address()).isEqualTo(PAGE);
  }

  @Test
  void aTokenIsRenewedAndAPersonIsAskedAgainWhenTheIssuerWillNot() {
    logIn("bob");
    browser.click(".graphiql-execute-button");
    browser.see(RESULT, "\"releases\"");
    // Almost at the token's end.
    letTimePass(290_000);
    execute(
        "query Renewed { renewed: releases(input: {parent: \"clusters/default/namespaces/team-a\"}) { next_page_token } }");
    browser.see(RESULT, "\"renewed\"");
    HELMGATE.endSessions();
    letTimePass(600_000);
    execute(
        "query Late { late: releases(input: {parent: \"clusters/default/namespaces/team-a\"}) { next_page_token } }");

    browser.see("[role=alert]", "Your session has ended");
    assertThat(tokenRequests(browser.requests())).isEqualTo(3);
  }

  private static long tokenRequests(List<SentRequest> requests) {
    return requests.stream()
        .filter(request -> request.method().equals("POST"))
        .filter(request -> request.url().getPath().endsWith("/protocol/openid-connect/token"))
        .count();
  }

  @Test
  void thePolicyOfThePageHolds() {
    browser.open(PAGE);
    browser.see("#log-in", "Log in");
    assertThat(browser.violations()).isEmpty();

    browser.run(
        """
        const add = (name, fill) => {
          const element = document.createElementNS('http://www.w3.org/1999/xhtml', name);
          fill(element);
          document.body.append(element);
        };
        add('script', (script) => (script.textContent = 'window.injected = true'));
        add('style', (style) => (style.textContent = 'body { color: red }'));
        add('img', (img) => (img.src = 'https://elsewhere.example/x.png'));
        add('iframe', (frame) => (frame.src = '/playground'));
        fetch('https://elsewhere.example/').catch(() => {});
        """);

    browser.see("#log-in", "Log in");
    assertThat(browser.run("return window.injected ?? 'no'")).isEqualTo("no");
    assertThat(Set.copyOf(browser.violations()))
        .asString()
        .contains(
            "script-src-elem inline",
            "style-src-elem inline",
            "img-src https://elsewhere.example",
            "frame-src https://",
            "connect-src https://elsewhere.example");
  }

  private void logIn(String user) {
    browser.open(PAGE);
    browser.click("#log-in");
    authenticate(user);
    browser.see("#user", user);
    assertThat(browser.address()).isEqualTo(PAGE);
    browser.see(".graphiql-query-editor .view-lines", "query");
  }

  private void authenticate(String user) {
    browser.type("#username", user);
    browser.type("#password", HELMGATE.userPassword());
    browser.click("#kc-login");
  }

  /** Puts a document in place of the one that is being edited, and runs it. */
  private void execute(String document) {
    browser.run(
        """
        const models = globalThis.__MONACO.editor.getModels();
        models.find((model) => model.uri.path.endsWith('.graphql')).setValue(arguments[0]);
        """,
        document);
    browser.click(".graphiql-execute-button");
  }

  private void letTimePass(int millis) {
    browser.run("const now = Date.now; Date.now = () => now() + arguments[0];", millis);
  }

  /** Everything that outlives a document, and its address. */
  private String stored() {
    return browser
        .run(
            """
            return JSON.stringify([
              Object.entries(sessionStorage), Object.entries(localStorage), document.cookie,
              location.href, history.state, window.name]);
            """)
        .toString();
  }

  private static String origin(URI address) {
    return address.getScheme() + "://" + address.getRawAuthority();
  }
}
