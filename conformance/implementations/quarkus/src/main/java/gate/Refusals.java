package gate;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.UnauthorizedException;
import jakarta.ws.rs.NotAllowedException;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;
import taskapi.Failure;

/** Words the exceptions of Quarkus as the contract has them. */
class Refusals {
  @ServerExceptionMapper(priority = 1)
  Response missing(UnauthorizedException exception) {
    return answer(Failure.missingToken());
  }

  @ServerExceptionMapper(priority = 1)
  Response refused(AuthenticationFailedException exception) {
    if (causeOf(exception, KeySet.Unavailable.class) != null) return answer(Failure.keySetUnavailable());
    return answer(isExpiryAlone(exception) ? Failure.expiredToken() : Failure.invalidToken());
  }

  /** jose4j lists everything that is wrong with a token; SmallRye hands its exception on as a cause. */
  private static boolean isExpiryAlone(Throwable exception) {
    var invalid = causeOf(exception, InvalidJwtException.class);
    return invalid != null
        && !invalid.getErrorDetails().isEmpty()
        && invalid.getErrorDetails().stream().allMatch(error -> error.getErrorCode() == ErrorCodes.EXPIRED);
  }

  private static <T extends Throwable> T causeOf(Throwable exception, Class<T> type) {
    for (var cause = exception; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) return type.cast(cause);
    }
    return null;
  }

  @ServerExceptionMapper
  Response failure(Failure failure) {
    return answer(failure);
  }

  @ServerExceptionMapper
  Response noSuchPath(NotFoundException exception, UriInfo uri) {
    return answer(Failure.noRoute(uri.getRequestUri().getRawPath()));
  }

  @ServerExceptionMapper
  Response noSuchMethod(NotAllowedException exception, UriInfo uri) {
    return answer(Failure.noRoute(uri.getRequestUri().getRawPath()));
  }

  @ServerExceptionMapper
  Response unexpected(RuntimeException exception) {
    return answer(Failure.internal());
  }

  static Response answer(Failure failure) {
    var answer = Response.status(failure.status()).type(MediaType.APPLICATION_JSON_TYPE);
    failure.headers().forEach(answer::header);
    return answer.entity(failure.json()).build();
  }
}
