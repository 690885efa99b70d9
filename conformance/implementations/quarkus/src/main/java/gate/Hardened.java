package gate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.jwt.auth.principal.DefaultJWTCallerPrincipal;
import io.smallrye.jwt.auth.principal.DefaultJWTTokenParser;
import io.smallrye.jwt.auth.principal.JWTAuthContextInfo;
import io.smallrye.jwt.auth.principal.JWTCallerPrincipal;
import io.smallrye.jwt.auth.principal.JWTCallerPrincipalFactory;
import io.smallrye.jwt.auth.principal.ParseException;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jose4j.keys.resolvers.VerificationKeyResolver;

/** SmallRye's parser behind strict reading and over an own key set: a custom factory as the guide has it. */
final class Hardened extends JWTCallerPrincipalFactory {
  private static final String SEGMENT = "(?:[\\w-]{4})*(?:[\\w-]{2,3})?";
  private static final Set<String> TYPES = Set.of("jwt", "application/jwt", "at+jwt", "application/at+jwt");

  private final JsonMapper json =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();
  private final DefaultJWTTokenParser parser;

  private Hardened(VerificationKeyResolver keys) {
    parser =
        new DefaultJWTTokenParser() {
          @Override
          protected VerificationKeyResolver getVerificationKeyResolver(JWTAuthContextInfo info) {
            return keys;
          }
        };
  }

  /** Without the variant, the factory that SmallRye takes where there is no custom one. */
  @Singleton
  static class Choice {
    @Produces
    @Singleton
    @Alternative
    @Priority(1)
    JWTCallerPrincipalFactory factory(
        @ConfigProperty(name = "gate.hardened") boolean hardened, Instance<KeySet> keys) {
      return hardened ? new Hardened(keys.get()) : JWTCallerPrincipalFactory.instance();
    }

    /** No start without keys. */
    void load(
        @Observes StartupEvent start,
        @ConfigProperty(name = "gate.hardened") boolean hardened,
        Instance<KeySet> keys)
        throws InterruptedException {
      if (hardened) keys.get().start();
    }
  }

  @Override
  public JWTCallerPrincipal parse(String token, JWTAuthContextInfo info) throws ParseException {
    require(token.matches(SEGMENT + "\\." + SEGMENT + "\\." + SEGMENT), "The token is no compact JWS");
    var segments = token.split("\\.", -1);
    var header = read(segments[0]);
    require(isAccessToken(header), "The token is no access token");
    require(!header.has("crit"), "The token has an extension that is not understood");
    var claims = parser.parse(token, info).getJwtClaims();
    var signed = read(segments[1]);
    require(!signed.path("sub").asText("").isEmpty(), "The token is of nobody");
    require(!signed.has("nbf") || signed.get("nbf").isNumber(), "nbf is no number");
    return new DefaultJWTCallerPrincipal(header.path("typ").asText(null), claims);
  }

  private static boolean isAccessToken(JsonNode header) {
    return !header.has("typ") || TYPES.contains(header.get("typ").asText().toLowerCase(Locale.ROOT));
  }

  /** The JSON of a segment, where jose4j passes over what is no base64url, no UTF-8 and no JSON. */
  private JsonNode read(String segment) throws ParseException {
    try {
      var bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(segment));
      return json.readTree(StandardCharsets.UTF_8.newDecoder().decode(bytes).toString());
    } catch (IllegalArgumentException | CharacterCodingException | JsonProcessingException unreadable) {
      throw new ParseException("The token cannot be read", unreadable);
    }
  }

  private static void require(boolean condition, String otherwise) throws ParseException {
    if (!condition) throw new ParseException(otherwise);
  }
}
