package gate;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.http.ResponseEntity;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.NoHandlerFoundException;
import taskapi.Failure;

/** Answers what a controller throws, and what the container dispatches to /error. */
@RestController
@RestControllerAdvice
class Errors implements ErrorController {
  @ExceptionHandler
  ResponseEntity<Map<String, Object>> answer(Failure failure) {
    var answer = ResponseEntity.status(failure.status());
    failure.headers().forEach(answer::header);
    return answer.body(failure.body());
  }

  @ExceptionHandler({NoHandlerFoundException.class, HttpRequestMethodNotSupportedException.class})
  ResponseEntity<Map<String, Object>> noRoute(HttpServletRequest request) {
    return answer(Failure.noRoute(request.getRequestURI()));
  }

  @RequestMapping("/error")
  ResponseEntity<Map<String, Object>> error(HttpServletRequest request) {
    return switch (String.valueOf(request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE))) {
      case "400" -> answer(Failure.invalid("The request is not well-formed"));
      case "404", "405", "501" ->
          answer(Failure.noRoute(String.valueOf(request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI))));
      default -> answer(Failure.internal());
    };
  }
}
