package gate;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.UriUtils;
import taskapi.Failure;
import taskapi.TaskBody;
import taskapi.Tasks;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

@RestController
@RequestMapping("/api/v1")
class TaskController {
  private final Tasks tasks = new Tasks();
  private final JsonMapper json =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  @GetMapping("/me")
  Map<String, Object> me(@AuthenticationPrincipal Jwt token) {
    var user = new LinkedHashMap<String, Object>();
    user.put("user_id", token.getSubject());
    user.put("email", token.getClaim("email") instanceof String email ? email : null);
    user.put("name", token.getClaim("name") instanceof String name ? name : null);
    user.put("exp", token.getExpiresAt() == null ? null : token.getExpiresAt().getEpochSecond());
    user.put("iss", token.getClaimAsString("iss"));
    return user;
  }

  @GetMapping("/{user}/tasks")
  Map<String, Object> list(
      @AuthenticationPrincipal Jwt token,
      @PathVariable String user,
      @RequestParam(required = false) String limit,
      @RequestParam(required = false) String cursor) {
    return tasks.list(owner(token, user), limit, cursor);
  }

  @PostMapping("/{user}/tasks")
  ResponseEntity<Map<String, Object>> create(
      @AuthenticationPrincipal Jwt token, @PathVariable String user, HttpServletRequest request)
      throws IOException {
    var owner = owner(token, user);
    var task =
        tasks.create(
            owner,
            TaskBody.forCreate(
                request.getContentType(),
                request.getHeader("Content-Encoding"),
                request.getInputStream(),
                this::parse));
    var location = "/api/v1/" + UriUtils.encode(owner, "UTF-8") + "/tasks/" + task.get("id");
    return ResponseEntity.status(201).header("Location", location).body(task);
  }

  @GetMapping("/{user}/tasks/{id}")
  Map<String, Object> get(
      @AuthenticationPrincipal Jwt token, @PathVariable String user, @PathVariable String id) {
    return tasks.get(owner(token, user), id);
  }

  @PatchMapping("/{user}/tasks/{id}")
  Map<String, Object> update(
      @AuthenticationPrincipal Jwt token,
      @PathVariable String user,
      @PathVariable String id,
      HttpServletRequest request)
      throws IOException {
    var owner = owner(token, user);
    var members =
        TaskBody.forUpdate(
            request.getContentType(),
            request.getHeader("Content-Encoding"),
            request.getInputStream(),
            this::parse);
    return tasks.update(owner, id, members);
  }

  @DeleteMapping("/{user}/tasks/{id}")
  ResponseEntity<Void> delete(
      @AuthenticationPrincipal Jwt token, @PathVariable String user, @PathVariable String id) {
    tasks.delete(owner(token, user), id);
    return ResponseEntity.noContent().build();
  }

  private Map<String, Object> parse(String text) {
    return json.readValue(text, new TypeReference<>() {});
  }

  /** The owner rule: whoever a path names must be whoever the token names. */
  private static String owner(Jwt token, String user) {
    if (!user.equals(token.getSubject())) throw Failure.forbidden();
    return user;
  }
}
