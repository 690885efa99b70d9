package gate;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.jwt.JwtValidationException;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.stereotype.Component;
import taskapi.Failure;

/** Words the exceptions of Spring Security as the contract has them. */
@Component
class Refusals implements AuthenticationEntryPoint {
  @Override
  public void commence(
      HttpServletRequest request, HttpServletResponse response, AuthenticationException exception)
      throws IOException {
    write(response, failureOf(exception));
  }

  private static Failure failureOf(AuthenticationException exception) {
    if (exception instanceof AuthenticationServiceException) return Failure.keySetUnavailable();
    if (!(exception instanceof OAuth2AuthenticationException)) return Failure.missingToken();
    return isExpiryAlone(exception.getCause()) ? Failure.expiredToken() : Failure.invalidToken();
  }

  /** JwtTimestampValidator gives expiry no code of its own: only the description tells it from other faults. */
  private static boolean isExpiryAlone(Throwable cause) {
    return cause instanceof JwtValidationException invalid
        && invalid.getErrors().stream()
            .allMatch(error -> String.valueOf(error.getDescription()).startsWith("Jwt expired at"));
  }

  static void write(HttpServletResponse response, Failure failure) throws IOException {
    response.setStatus(failure.status());
    response.setHeader("Cache-Control", "no-store");
    failure.headers().forEach(response::setHeader);
    response.setContentType("application/json");
    response.getOutputStream().write(failure.json().getBytes());
  }
}
