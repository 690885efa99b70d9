package gate;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.security.oauth2.server.resource.autoconfigure.OAuth2ResourceServerProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtAudienceValidator;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.MappedJwtClaimSetConverter;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;

/** The decoder with what the documentation of Spring Security and of Nimbus offers beyond the defaults. */
@Configuration
@Profile("hardened")
class Hardened {
  private static final JWKSelector ANY = new JWKSelector(JWKMatcher.forJWSHeader(new JWSHeader(JWSAlgorithm.RS256)));
  private static final int ATTEMPTS = 4;

  /** No start without keys; the first fetch has some seconds, for an identity provider that starts at the same time. */
  @Bean
  JWKSource<SecurityContext> keys(
      OAuth2ResourceServerProperties server,
      @Value("${gate.cache-ttl}") Duration timeToLive,
      @Value("${gate.cooldown}") Duration cooldown,
      @Value("${gate.max-stale}") Duration maxStale)
      throws IOException, JOSEException, InterruptedException {
    var url = URI.create(server.getJwt().getJwkSetUri()).toURL();
    for (int attempt = 1; ; attempt++) {
      var keys = source(url, timeToLive.toMillis(), cooldown.toMillis(), maxStale.toMillis());
      try {
        if (keys.get(ANY, null).isEmpty()) throw new KeySourceException("The key set holds no key to verify with");
        return (selector, context) -> select(keys, selector, context);
      } catch (KeySourceException unavailable) {
        if (attempt == ATTEMPTS) throw unavailable;
        Thread.sleep(2000);
      }
    }
  }

  /** Nimbus, "enhanced JWK set retrieval"; Spring's own builder has neither of these settings. */
  private static JWKSource<SecurityContext> source(URL url, long lifetime, long cooldown, long maxStale) {
    return JWKSourceBuilder.create(url, new StrictRetriever())
        .cache(lifetime, 5000)
        .refreshAheadCache(false)
        .rateLimited(Math.min(cooldown, lifetime - 1)) // Nimbus wants it below the lifetime
        .outageTolerant(maxStale)
        .build();
  }

  /** Spring takes a reached rate limit for an outage; while there are keys, it says only that none of them fits. */
  private static List<JWK> select(
      JWKSource<SecurityContext> keys, JWKSelector selector, SecurityContext context)
      throws KeySourceException {
    try {
      return keys.get(selector, context).stream().filter(Hardened::isForVerifying).toList();
    } catch (RateLimitReachedException limited) {
      keys.get(ANY, context);
      return List.of();
    }
  }

  /** What the defaults do not ask of a key: RFC 7518 §3.3, RFC 7517 §4.3. */
  private static boolean isForVerifying(JWK key) {
    var operations = key.getKeyOperations();
    return key.size() >= 2048 && (operations == null || operations.contains(KeyOperation.VERIFY));
  }

  @Bean
  JwtDecoder jwtDecoder(
      JWKSource<SecurityContext> keys,
      OAuth2ResourceServerProperties server,
      @Value("${gate.leeway}") Duration leeway) {
    var types = new DefaultJOSEObjectTypeVerifier<>(JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null);
    var times = new JwtTimestampValidator(leeway);
    times.setAllowEmptyExpiryClaim(false);
    var jwt = server.getJwt();
    var decoder =
        NimbusJwtDecoder.withJwkSource(keys)
            .jwtProcessorCustomizer(processor -> processor.setJWSTypeVerifier(types))
            .build();
    // As they are: the defaults make a URL of iss and a text of any sub.
    decoder.setClaimSetConverter(
        MappedJwtClaimSetConverter.withDefaults(Map.of("iss", iss -> iss, "sub", sub -> sub)));
    decoder.setJwtValidator(
        new DelegatingOAuth2TokenValidator<>(
            times,
            new JwtIssuerValidator(jwt.getIssuerUri()),
            new JwtAudienceValidator(jwt.getAudiences().get(0)),
            new JwtClaimValidator<>("sub", sub -> sub instanceof String text && !text.isEmpty()),
            Hardened::subjectAsSigned));
    return decoder;
  }

  /** Nimbus has made a text of a sub that is a number before any converter sees it. */
  private static OAuth2TokenValidatorResult subjectAsSigned(Jwt token) {
    try {
      var claims = JWSObject.parse(token.getTokenValue()).getPayload().toJSONObject();
      if (claims.get("sub") instanceof String) return OAuth2TokenValidatorResult.success();
    } catch (ParseException unreadable) {
      // is refused as well
    }
    return OAuth2TokenValidatorResult.failure(new OAuth2Error("invalid_token", "sub is no text", null));
  }

  private static final class StrictRetriever extends DefaultResourceRetriever {
    private StrictRetriever() {
      super(2000, 2000, 256 * 1024);
    }

    @Override
    protected HttpURLConnection openHTTPConnection(URL url) throws IOException {
      var connection = super.openHTTPConnection(url);
      connection.setInstanceFollowRedirects(false);
      return connection;
    }
  }
}
