package gate;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.ObjectPostProcessor;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.oauth2.server.resource.InvalidBearerTokenException;
import org.springframework.security.oauth2.server.resource.web.BearerTokenResolver;
import org.springframework.security.oauth2.server.resource.web.DefaultBearerTokenResolver;
import org.springframework.security.oauth2.server.resource.web.authentication.BearerTokenAuthenticationFilter;
import org.springframework.security.web.authentication.AuthenticationEntryPointFailureHandler;

/** What the filter of the resource server lets be set. */
@Configuration
@Profile("hardened")
class HardenedFilter {
  private static final String SEGMENT = "(?:[\\w-]{4})*(?:[\\w-]{2,3})?";

  /** Without this, a key set out of reach is thrown at the container, which answers 500. */
  @Bean
  Customizer<HttpSecurity> unavailableKeysAreAnswered(Refusals refusals) {
    var failures = new AuthenticationEntryPointFailureHandler(refusals);
    failures.setRethrowAuthenticationServiceException(false);
    return http ->
        http.oauth2ResourceServer(
            server ->
                server.withObjectPostProcessor(
                    new ObjectPostProcessor<BearerTokenAuthenticationFilter>() {
                      @Override
                      public <F extends BearerTokenAuthenticationFilter> F postProcess(F filter) {
                        filter.setAuthenticationFailureHandler(failures);
                        return filter;
                      }
                    }));
  }

  /** One header, and the three segments of RFC 7515 §7.1 with nothing else between or around them. */
  @Bean
  BearerTokenResolver oneCompactToken() {
    var bearer = new DefaultBearerTokenResolver();
    return request -> {
      var headers = request.getHeaders("Authorization");
      if (headers.hasMoreElements() && headers.nextElement() != null && headers.hasMoreElements()) {
        throw new InvalidBearerTokenException("There are several Authorization headers");
      }
      var token = bearer.resolve(request);
      if (token == null || token.matches(SEGMENT + "\\." + SEGMENT + "\\." + SEGMENT)) return token;
      throw new InvalidBearerTokenException("The token is no compact JWS");
    };
  }
}
