package gate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.security.Authenticated;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.microprofile.jwt.JsonWebToken;
import taskapi.Failure;
import taskapi.TaskBody;
import taskapi.Tasks;

@Path("/api")
@Authenticated
@Singleton
public class TaskResource {
  private final Tasks tasks = new Tasks();
  private final ObjectMapper json =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  @Inject JsonWebToken token;
  @Inject RoutingContext request;

  @GET
  @Path("v1/me")
  public Map<String, Object> me() {
    var user = new LinkedHashMap<String, Object>();
    user.put("user_id", token.getSubject());
    user.put("email", token.getClaim("email") instanceof String email ? email : null);
    user.put("name", token.getClaim("name") instanceof String name ? name : null);
    user.put("exp", token.getExpirationTime());
    user.put("iss", token.getIssuer());
    return user;
  }

  @GET
  @Path("v1/{user}/tasks")
  public Map<String, Object> list(
      String user, @QueryParam("limit") String limit, @QueryParam("cursor") String cursor) {
    return tasks.list(owner(user), limit, cursor);
  }

  @POST
  @Path("v1/{user}/tasks")
  public Response create(
      String user,
      @HeaderParam("Content-Type") String type,
      @HeaderParam("Content-Encoding") String encoding,
      InputStream body)
      throws IOException {
    var owner = owner(user);
    var task = tasks.create(owner, TaskBody.forCreate(type, encoding, body, this::parse));
    var encoded = URLEncoder.encode(owner, StandardCharsets.UTF_8).replace("+", "%20");
    return Response.created(URI.create("/api/v1/" + encoded + "/tasks/" + task.get("id"))).entity(task).build();
  }

  @GET
  @Path("v1/{user}/tasks/{id}")
  public Map<String, Object> get(String user, String id) {
    return tasks.get(owner(user), id);
  }

  @PATCH
  @Path("v1/{user}/tasks/{id}")
  public Map<String, Object> update(
      String user,
      String id,
      @HeaderParam("Content-Type") String type,
      @HeaderParam("Content-Encoding") String encoding,
      InputStream body)
      throws IOException {
    var owner = owner(user);
    return tasks.update(owner, id, TaskBody.forUpdate(type, encoding, body, this::parse));
  }

  @DELETE
  @Path("v1/{user}/tasks/{id}")
  public void delete(String user, String id) {
    tasks.delete(owner(user), id);
  }

  /** Only a caller with a good token is told which paths there are. */
  @GET
  @Path("{rest:.*}")
  public void nothing() {
    throw Failure.notFound();
  }

  private Map<String, Object> parse(String text) throws JsonProcessingException {
    return json.readValue(text, new TypeReference<>() {});
  }

  /** The owner rule: whoever a path names must be whoever the token names. */
  private String owner(String user) {
    // Jakarta REST takes what follows a semicolon for parameters of the segment, and leaves it out of the name.
    if (request.request().path().contains(";")) throw Failure.forbidden();
    if (!user.equals(token.getSubject())) throw Failure.forbidden();
    return user;
  }
}
