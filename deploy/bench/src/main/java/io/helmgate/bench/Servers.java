package io.helmgate.bench;

import io.helmgate.bench.scene.Scene;
import io.helmgate.bench.server.Contender;
import io.helmgate.bench.server.Contenders;
import io.helmgate.bench.server.ExtAuthz;
import io.helmgate.bench.server.Proof;
import io.helmgate.sandbox.process.SandboxException;
import java.util.List;

/**
 * The servers that answer Check, each proven to decide.
 *
 * @param noOp allows everything
 * @param jwt verifies the token only
 * @param whole verifies, counts, decodes, asks the policy and records
 * @param cold the same without remembering tokens
 */
record Servers(Contender noOp, ExtAuthz jwt, ExtAuthz whole, ExtAuthz cold) {

  static Servers start(Contenders contenders, Scene scene) {
    Servers servers =
        new Servers(
            contenders.noOp(),
            contenders.extauthz("extauthz, JWT", Contenders.Kind.JWT),
            contenders.extauthz("extauthz, whole", Contenders.Kind.WHOLE),
            contenders.extauthz("extauthz, cold", Contenders.Kind.COLD));
    String good = scene.token();
    String broken = good.substring(0, good.length() - 8) + "AAAAAAAA";
    String stranger = scene.token("mallory", List.of("team-b"));
    Proof.check(servers.noOp, scene.check(Scene.headers(good)), true);
    for (ExtAuthz extauthz : servers.extauthz()) {
      Proof.check(extauthz.contender(), scene.check(Scene.headers(good)), true);
      Proof.check(extauthz.contender(), scene.check(Scene.headers(broken)), false);
    }
    Proof.check(servers.jwt.contender(), scene.check(Scene.headers(stranger)), true);
    Proof.check(servers.whole.contender(), scene.check(Scene.headers(stranger)), false);
    Proof.check(servers.cold.contender(), scene.check(Scene.headers(stranger)), false);
    return servers;
  }

  private List<ExtAuthz> extauthz() {
    return List.of(jwt, whole, cold);
  }

  /** How many requests were not allowed so far. */
  double refused() {
    return extauthz().stream()
        .mapToDouble(
            extauthz ->
                extauthz.admin().sum("extauthz_decisions_total", "")
                    - extauthz.admin().sum("extauthz_decisions_total", "outcome=\"allow\""))
        .sum();
  }

  /** Makes sure that no request was refused meanwhile. */
  void expectRefused(double before) {
    double more = refused() - before;
    if (more != 0) {
      throw new SandboxException(
          "extauthz refused %,.0f requests of the load (expected: none)".formatted(more));
    }
  }
}
