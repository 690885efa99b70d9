"""A callable key for joserfc that keeps the key set for a time; joserfc leaves fetching and caching to its users."""

import threading
import time

import requests
from joserfc.errors import InvalidKeyIdError, JoseError, MissingKeyError
from joserfc.jwk import Key, KeySet, import_key
from joserfc.jws import CompactSignature

TIMEOUT = 5


class KeySetUnavailable(Exception):
    """The key is not known, and the key set cannot be had."""


def usable(data: object) -> Key | None:
    try:
        key = import_key(data)
        key.check_use("sig")
        key.check_alg("RS256")
        key.check_key_op("verify")
    except (JoseError, TypeError, ValueError, KeyError, AttributeError):
        return None
    if key.key_type != "RSA" or key.is_private or not 2048 <= key.public_key.key_size <= 8192 or not key.kid:
        return None
    return key if key.public_key.public_numbers().e in (3, 17, 65537) else None


class CachedKeySet:
    """Times in seconds."""

    def __init__(self, url: str, *, ttl: float, cooldown: float, max_stale: float):
        self.url, self.ttl, self.cooldown, self.max_stale = url, ttl, cooldown, max_stale
        self.key_set = KeySet([])
        self.loaded_at = self.tried_at = float("-inf")
        self.failed = False
        # Fetches for unknown kids: two at once, then one per cool-down.
        self.allowance, self.allowance_at = 2.0, time.monotonic()
        self.lock = threading.Lock()
        self.refresh()
        if not self.key_set:
            raise RuntimeError(f"no usable key set at {url}")

    def __call__(self, obj: CompactSignature) -> KeySet:
        kid = obj.headers().get("kid")
        if not isinstance(kid, str):
            raise InvalidKeyIdError("No kid")
        now = time.monotonic()
        if now - self.loaded_at > self.ttl and now - self.tried_at > min(self.ttl, self.cooldown):
            # One request fetches; the others go on with the set at hand.
            if self.lock.acquire(blocking=not self.servable(now)):
                try:
                    self.refresh()
                finally:
                    self.lock.release()
        if not self.knows(kid):
            self.look_up(kid)
        if not self.servable(time.monotonic()) or (self.failed and not self.knows(kid)):
            raise KeySetUnavailable
        return self.key_set

    def servable(self, now: float) -> bool:
        return now - self.loaded_at <= self.ttl + self.max_stale

    def knows(self, kid: str) -> bool:
        return any(key.kid == kid for key in self.key_set)

    def look_up(self, kid: str) -> None:
        with self.lock:
            now = time.monotonic()
            self.allowance = min(2.0, self.allowance + (now - self.allowance_at) / self.cooldown)
            self.allowance_at = now
            if not self.knows(kid) and self.allowance >= 1:
                self.allowance -= 1
                self.refresh()

    def refresh(self) -> None:
        self.tried_at = time.monotonic()
        try:
            response = requests.get(self.url, timeout=TIMEOUT, allow_redirects=False)
            if response.status_code != 200:
                raise ValueError(f"status {response.status_code}")
            keys = [key for data in response.json()["keys"] if (key := usable(data))]
            if not keys:
                raise MissingKeyError("No key for RS256")
            self.key_set, self.loaded_at, self.failed = KeySet(keys), time.monotonic(), False
        except Exception:
            # Whatever a foreign server makes the client or the parser raise, the set at hand serves on.
            self.failed = True
