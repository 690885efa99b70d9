package gate;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
import java.time.Duration;
import java.util.Map;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.security.oauth2.server.resource.autoconfigure.OAuth2ResourceServerProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
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
  /** Nimbus, "enhanced JWK set retrieval"; Spring's own builder has neither of these settings. */
  @Bean
  JWKSource<SecurityContext> keys(
      OAuth2ResourceServerProperties server,
      @Value("${gate.cache-ttl}") Duration timeToLive,
      @Value("${gate.cooldown}") Duration cooldown,
      @Value("${gate.max-stale}") Duration maxStale)
      throws IOException, JOSEException {
    var url = URI.create(server.getJwt().getJwkSetUri()).toURL();
    long lifetime = timeToLive.toMillis();
    JWKSource<SecurityContext> keys =
        JWKSourceBuilder.create(url, new StrictRetriever())
            .cache(lifetime, 5000)
            .refreshAheadCache(false)
            .rateLimited(Math.min(cooldown.toMillis(), lifetime - 1)) // Nimbus wants it below the lifetime
            .outageTolerant(maxStale.toMillis())
            .build();
    keys.get(new JWKSelector(new JWKMatcher.Builder().build()), null); // no start without keys
    return keys;
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
            new JwtClaimValidator<>("sub", sub -> sub instanceof String text && !text.isEmpty())));
    return decoder;
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
