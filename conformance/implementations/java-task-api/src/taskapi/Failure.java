package taskapi;

import java.util.LinkedHashMap;
import java.util.Map;

/** An answer of the contract that is no success; thrown anywhere, answered by the framework's handler of exceptions. */
public final class Failure extends RuntimeException {
  private static final Map<Integer, String> PHRASES =
      Map.of(
          400, "Bad Request",
          401, "Unauthorized",
          403, "Forbidden",
          404, "Not Found",
          405, "Method Not Allowed",
          413, "Content Too Large",
          415, "Unsupported Media Type",
          500, "Internal Server Error",
          503, "Service Unavailable");

  private static final Map<String, String> METHODS =
      Map.of(
          "/(health|ready|metrics)", "GET, HEAD",
          "/api/v1/me", "GET, HEAD",
          "/api/v1/[^/]+/tasks", "GET, HEAD, POST",
          "/api/v1/[^/]+/tasks/[^/]+", "GET, HEAD, PATCH, DELETE");

  private final int status;
  private final String code;
  private final Map<String, String> headers;

  private Failure(int status, String code, String message, Map<String, String> headers) {
    super(message, null, false, false);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }

  private Failure(int status, String code, String message) {
    this(status, code, message, Map.of());
  }

  public static Failure missingToken() {
    return unauthorized("missing_token", "Access token is missing", "");
  }

  public static Failure invalidToken() {
    return refused("invalid_token", "Invalid token");
  }

  public static Failure expiredToken() {
    return refused("token_expired", "Token has expired");
  }

  private static Failure refused(String code, String message) {
    return unauthorized(code, message, ", error=\"invalid_token\", error_description=\"" + message + '"');
  }

  private static Failure unauthorized(String code, String message, String reason) {
    return new Failure(401, code, message, Map.of("WWW-Authenticate", "Bearer realm=\"tasks\"" + reason));
  }

  public static Failure keySetUnavailable() {
    var headers = Map.of("Retry-After", "5");
    return new Failure(503, "jwks_unavailable", "Token cannot be verified at present", headers);
  }

  public static Failure forbidden() {
    return new Failure(403, "forbidden", "Access denied: cannot access another user's resources");
  }

  public static Failure invalid(String message) {
    return new Failure(400, "validation_failed", message);
  }

  public static Failure notFound() {
    return new Failure(404, "not_found", "No such resource");
  }

  /** Why a router found nothing: there is no such path, or the path does not take the method. */
  public static Failure noRoute(String path) {
    for (var route : METHODS.entrySet()) {
      if (!path.matches(route.getKey())) continue;
      var headers = Map.of("Allow", route.getValue());
      return new Failure(405, "method_not_allowed", "The resource has no such method", headers);
    }
    return notFound();
  }

  public static Failure tooLarge() {
    return new Failure(413, "body_too_large", "The body is larger than 64 KiB");
  }

  public static Failure unsupported() {
    return new Failure(415, "unsupported_media_type", "The body must be application/json in UTF-8");
  }

  public static Failure internal() {
    return new Failure(500, "internal_error", "The server has failed");
  }

  public int status() {
    return status;
  }

  public Map<String, String> headers() {
    return headers;
  }

  public Map<String, Object> body() {
    var body = new LinkedHashMap<String, Object>();
    body.put("error", PHRASES.get(status));
    body.put("error_code", code);
    body.put("message", getMessage());
    return body;
  }

  /** The same as JSON, for places where the framework's writer is not at hand. No member holds a quote. */
  public String json() {
    return "{\"error\":\"%s\",\"error_code\":\"%s\",\"message\":\"%s\"}"
        .formatted(PHRASES.get(status), code, getMessage());
  }
}
