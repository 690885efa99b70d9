package gate;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jose4j.json.JsonUtil;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jwk.VerificationJwkSelector;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwx.JsonWebStructure;
import org.jose4j.keys.resolvers.VerificationKeyResolver;
import org.jose4j.lang.JoseException;
import org.jose4j.lang.UnresolvableKeyException;

/** The issuer's keys, with intervals in seconds: those of SmallRye's own resolver are whole minutes. */
@Singleton
class KeySet implements VerificationKeyResolver {
  private static final int MAX_BYTES = 256 * 1024;
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  private final VerificationJwkSelector selector = new VerificationJwkSelector();
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NEVER)
          .connectTimeout(TIMEOUT)
          .build();
  private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2, KeySet::daemon);
  private final URI location;
  private final long timeToLive;
  private final long cooldown;
  private final long maxStale;

  private volatile List<JsonWebKey> keys = List.of();
  private volatile boolean failed;
  private volatile long loadedAt;
  private CompletableFuture<Void> fetch = CompletableFuture.completedFuture(null);
  private double allowance = 2;
  private long allowanceAt = System.nanoTime();

  /** No key set to verify with, for a reason that is not the token's. */
  static final class Unavailable extends UnresolvableKeyException {
    Unavailable() {
      super("The key set cannot be had");
    }
  }

  @Inject
  KeySet(
      @ConfigProperty(name = "mp.jwt.verify.publickey.location") URI location,
      @ConfigProperty(name = "gate.cache-ttl") long timeToLive,
      @ConfigProperty(name = "gate.cooldown") long cooldown,
      @ConfigProperty(name = "gate.max-stale") long maxStale) {
    this.location = location;
    this.timeToLive = TimeUnit.SECONDS.toNanos(timeToLive);
    this.cooldown = TimeUnit.SECONDS.toNanos(cooldown);
    this.maxStale = TimeUnit.SECONDS.toNanos(maxStale);
  }

  /** Loads the keys, then refreshes them ahead of their time. The first fetch has some seconds. */
  void start() throws InterruptedException {
    for (int attempt = 1; !isUsable(); attempt++) {
      refresh().join();
      if (isUsable()) break;
      if (attempt == 4) throw new IllegalStateException("No key to verify with at " + location);
      Thread.sleep(2000);
    }
    schedule();
  }

  private void schedule() {
    long delay = failed ? Math.min(timeToLive, cooldown) : timeToLive * 4 / 5;
    timer.schedule(() -> refresh().thenRun(this::schedule), delay, TimeUnit.NANOSECONDS);
  }

  @Override
  public Key resolveKey(JsonWebSignature token, List<JsonWebStructure> nesting) throws UnresolvableKeyException {
    var key = select(token);
    if (key == null || !isUsable()) {
      refreshOnDemand();
      key = select(token);
    }
    if (!isUsable() || (key == null && failed)) throw new Unavailable();
    if (key == null) throw new UnresolvableKeyException("No published key is of this kid");
    return key.getKey();
  }

  private JsonWebKey select(JsonWebSignature token) throws UnresolvableKeyException {
    if (token.getKeyIdHeaderValue() == null) throw new UnresolvableKeyException("The token has no kid");
    try {
      return selector.selectWithVerifySignatureDisambiguate(token, keys);
    } catch (JoseException unreadable) {
      throw new UnresolvableKeyException("The token cannot be read", unreadable);
    }
  }

  private boolean isUsable() {
    return !keys.isEmpty() && System.nanoTime() - loadedAt <= timeToLive + maxStale;
  }

  /** Two fetches at once, so that a rotation right after the start works, then one per cool-down. */
  private void refreshOnDemand() {
    synchronized (this) {
      long now = System.nanoTime();
      allowance = Math.min(2, allowance + (double) (now - allowanceAt) / cooldown);
      allowanceAt = now;
      if (fetch.isDone() && allowance < 1) return;
      if (fetch.isDone()) allowance--;
    }
    refresh().join();
  }

  /** One fetch, however many wait for it. */
  private synchronized CompletableFuture<Void> refresh() {
    if (fetch.isDone()) fetch = CompletableFuture.runAsync(this::load, timer);
    return fetch;
  }

  private void load() {
    try {
      keys = parse(download());
      loadedAt = System.nanoTime();
      failed = false;
    } catch (IOException | JoseException | RuntimeException unusable) {
      failed = true; // the keys at hand serve on
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private byte[] download() throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(location)
            .timeout(TIMEOUT)
            .header("Accept", "application/jwk-set+json, application/json")
            .build();
    var response = client.send(request, BodyHandlers.ofInputStream());
    try (var body = response.body()) {
      if (response.statusCode() != 200) throw new IOException("Status " + response.statusCode());
      var deadline = timer.schedule(() -> close(body), TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      byte[] bytes = body.readNBytes(MAX_BYTES + 1);
      if (!deadline.cancel(false)) throw new IOException("Too slow");
      if (bytes.length > MAX_BYTES) throw new IOException("Too large");
      return bytes;
    }
  }

  /** The keys that may verify RS256; one that cannot be read harms no other (RFC 7517 §5). */
  private static List<JsonWebKey> parse(byte[] document) throws JoseException {
    var members = JsonUtil.parseJson(new String(document, StandardCharsets.UTF_8));
    if (!(members.get("keys") instanceof List<?> entries)) throw new JoseException("No array of keys");
    var usable = new ArrayList<JsonWebKey>();
    for (var entry : entries) {
      try {
        if (readKey(entry) instanceof RsaJsonWebKey key && isForVerifying(key)) usable.add(key);
      } catch (JoseException | RuntimeException unreadable) {
        // is no key
      }
    }
    if (usable.isEmpty()) throw new JoseException("No key to verify with");
    return usable;
  }

  @SuppressWarnings("unchecked")
  private static JsonWebKey readKey(Object entry) throws JoseException {
    return JsonWebKey.Factory.newJwk((Map<String, Object>) entry);
  }

  private static boolean isForVerifying(RsaJsonWebKey key) {
    int bits = key.getRsaPublicKey().getModulus().bitLength();
    return key.getKeyId() != null
        && key.getPrivateKey() == null
        && (key.getUse() == null || key.getUse().equals("sig"))
        && (key.getAlgorithm() == null || key.getAlgorithm().equals("RS256"))
        && (key.getKeyOps() == null || key.getKeyOps().contains("verify"))
        && bits >= 2048
        && bits <= 8192;
  }

  private static void close(InputStream body) {
    try {
      body.close();
    } catch (IOException alreadyGone) {
      // has the same effect
    }
  }

  private static Thread daemon(Runnable task) {
    var thread = new Thread(task, "key-set");
    thread.setDaemon(true);
    return thread;
  }
}
