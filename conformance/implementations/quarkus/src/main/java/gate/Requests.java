package gate;

import io.quarkus.vertx.http.runtime.filters.Filters;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import taskapi.Failure;

/** What comes before Quarkus's own filters: no content negotiation, and a body also where its CORS filter has none. */
@Singleton
class Requests {
  private static final int BEFORE_CORS = 400;

  void register(
      @Observes Filters filters, @ConfigProperty(name = "quarkus.http.cors.origins") Optional<List<String>> origins) {
    var allowed = origins.orElse(List.of());
    filters.register(
        context -> {
          var headers = context.request().headers().set("Accept", "*/*");
          if (!headers.contains("Origin") || allowed.contains(headers.get("Origin"))) {
            context.next();
            return;
          }
          var failure = Failure.forbidden();
          context
              .response()
              .setStatusCode(failure.status())
              .putHeader("Content-Type", "application/json")
              .putHeader("Cache-Control", "no-store")
              .end(failure.json());
        },
        BEFORE_CORS);
  }
}
