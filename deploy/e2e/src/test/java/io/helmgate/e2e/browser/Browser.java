package io.helmgate.e2e.browser;

import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** A headless Chromium with a fresh profile, which resolves no host but this one. */
public final class Browser implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(200);

  /** Chromium's own calls home; there is nobody to answer them. */
  private static final List<String> QUIET =
      List.of(
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-default-apps",
          "--disable-features=OptimizationHints,MediaRouter,AutofillServerCommunication,Translate",
          "--disable-quic",
          "--disable-sync",
          "--no-first-run",
          "--password-store=basic",
          "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1");

  private final ChromeDriver driver;
  private final Path netLog;

  private Browser(ChromeDriver driver, Path netLog) {
    this.driver = driver;
    this.netLog = netLog;
  }

  /**
   * Starts one.
   *
   * @param directory where it keeps its profile and what it did
   * @param certificate SHA-256 of the public key, in Base64, of the one certificate that it trusts
   *     besides the system's
   */
  public static Browser start(Path directory, String certificate) {
    var netLog = directory.resolve("requests.json");
    var options = new ChromeOptions();
    options.setBinary(program("chromium").toFile());
    options.addArguments(QUIET);
    options.addArguments(
        "--headless=new",
        "--disable-gpu",
        "--window-size=1400,900",
        "--user-data-dir=" + directory.resolve("profile"),
        "--ignore-certificate-errors-spki-list=" + certificate,
        "--log-net-log=" + netLog);
    if (System.getProperty("user.name").equals("root")) {
      options.addArguments("--no-sandbox");
    }
    options.setCapability("goog:loggingPrefs", Map.of("browser", "ALL"));
    var service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(program("chromedriver").toFile())
            .usingAnyFreePort()
            .withLogFile(directory.resolve("chromedriver.log").toFile())
            .build();
    var browser = new Browser(new ChromeDriver(service, options), netLog);
    browser.noteViolations();
    return browser;
  }

  private static Path program(String name) {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
        .map(directory -> Path.of(directory, name))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    name
                        + ": not on the PATH (expected: Debian's packages chromium and"
                        + " chromium-driver, or the same of another system)"));
  }

  /** Keeps violations of the policy where the page's scripts do not see them go. */
  private void noteViolations() {
    var _ =
        driver.executeCdpCommand(
            "Page.addScriptToEvaluateOnNewDocument",
            Map.of(
                "source",
                """
                window.violations = [];
                document.addEventListener('securitypolicyviolation', (event) =>
                  window.violations.push(`${event.effectiveDirective} ${event.blockedURI}`));
                """));
  }

  public void open(URI address) {
    driver.get(address.toString());
  }

  public URI address() {
    return URI.create(Objects.requireNonNull(driver.getCurrentUrl()));
  }

  public void click(String selector) {
    var _ =
        eventually(
            "clicks " + selector,
            () -> {
              find(selector).click();
              return true;
            });
  }

  public void type(String selector, String text) {
    var _ =
        eventually(
            "types into " + selector,
            () -> {
              find(selector).sendKeys(text);
              return true;
            });
  }

  /** Waits until there is such an element. */
  public void appears(String selector) {
    var _ = eventually("sees " + selector, () -> find(selector).isDisplayed());
  }

  /** Waits until an element shows a text, and returns all of its text. */
  public String see(String selector, String text) {
    return eventually(
        "sees '" + text + "' in " + selector,
        () -> find(selector).getText(),
        seen -> seen.contains(text));
  }

  private WebElement find(String selector) {
    return driver.findElement(By.cssSelector(selector));
  }

  private boolean eventually(String what, BooleanSupplier attempt) {
    return eventually(what, attempt::getAsBoolean, done -> done);
  }

  /** What is not there yet, covered or replaced at the moment is tried again. */
  private <T> T eventually(String what, Callable<T> attempt, Predicate<T> good) {
    try {
      return await(what)
          .pollInSameThread()
          .pollInterval(POLL)
          .atMost(PATIENCE)
          .ignoreExceptionsInstanceOf(WebDriverException.class)
          .until(attempt, good);
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(
          "%s: not after %s; at %s, violations %s, errors %s, text %s"
              .formatted(
                  what, PATIENCE, address(), violations(), consoleErrors(), find("body").getText()),
          e);
    }
  }

  /** Runs a script with the rights of the page; {@code arguments} are its arguments. */
  public Object run(String script, Object... arguments) {
    var result = driver.executeScript(script, arguments);
    return result == null ? "" : result;
  }

  /** What the document's policy refused, as directive and what was refused. */
  public List<?> violations() {
    return (List<?>) run("return window.violations");
  }

  /** Errors on the console since the last call, those of the network among them. */
  public List<String> consoleErrors() {
    return driver.manage().logs().get("browser").getAll().stream()
        .filter(entry -> entry.getLevel().intValue() >= Level.SEVERE.intValue())
        .map(Object::toString)
        .toList();
  }

  /** Forgets who is logged in at the site that is open. */
  public void forgetCookies() {
    driver.manage().deleteAllCookies();
  }

  public void screenshot(Path file) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.write(file, driver.getScreenshotAs(OutputType.BYTES));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends the browser and tells every request that a page, or a worker of one, sent. */
  public List<SentRequest> requests() {
    driver.quit();
    return NetLog.requests(netLog);
  }

  @Override
  public void close() {
    driver.quit();
  }
}
