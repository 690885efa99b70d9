"""
The issuer's key set, in place of `PyJWKClient`, which as of PyJWT 2.15 fetches with a blocking call under a lock, so
that a slow issuer stops the event loop; starts its cool-down with the first fetch, so that a rotation right after it is
refused, but not with one that failed, so that an outage lifts it; reads bodies of any size; and ends without any key
where a refresh fails.
"""

import asyncio
import json
import logging
import time
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt import PyJWTError
from jwt.algorithms import RSAAlgorithm

from src.errors import KeySetUnavailable

logger = logging.getLogger("uvicorn.error")

MAX_BYTES = 256 * 1024
MAX_KEYS_PER_KID = 4
PRIVATE_MEMBERS = {"d", "p", "q", "dp", "dq", "qi", "oth"}


def import_key(jwk: Any) -> RSAPublicKey | None:
    """The key of one entry, or None where it may not verify RS256 (RFC 7517 §4, RFC 7518 §3.3)."""
    if not isinstance(jwk, dict) or jwk.get("kty") != "RSA" or PRIVATE_MEMBERS & jwk.keys():
        return None
    if jwk.get("use", "sig") != "sig" or jwk.get("alg", "RS256") != "RS256":
        return None
    if "verify" not in jwk.get("key_ops", ["verify"]) or not isinstance(jwk.get("kid"), str):
        return None
    key = RSAAlgorithm.from_jwk({"kty": "RSA", "n": jwk["n"], "e": jwk["e"]})
    exponent = key.public_numbers().e
    # The upper bounds keep a single verification cheap.
    return key if 2048 <= key.key_size <= 8192 and exponent % 2 == 1 and 3 <= exponent < 2**32 else None


def parse_key_set(text: bytes) -> dict[str, list[RSAPublicKey]]:
    """The usable keys by kid; an entry that cannot be used harms no other. ValueError where there is none."""
    document = json.loads(text)
    if not isinstance(document, dict) or not isinstance(document.get("keys"), list):
        raise ValueError('no array "keys"')
    keys: dict[str, list[RSAPublicKey]] = {}
    for jwk in document["keys"]:
        try:
            key = import_key(jwk)
        except (KeyError, TypeError, ValueError, PyJWTError):
            continue
        if key is not None and len(same_kid := keys.setdefault(jwk["kid"], [])) < MAX_KEYS_PER_KID:
            same_kid.append(key)
    if not keys:
        raise ValueError("no key for RS256")
    return keys


class KeySet:
    """Times in seconds. `run` must be running for as long as `find` is called."""

    def __init__(self, url: str, *, ttl: float, cooldown: float, timeout: float, max_stale: float):
        self.url, self.ttl, self.cooldown, self.timeout, self.max_stale = url, ttl, cooldown, timeout, max_stale
        self.keys: dict[str, list[RSAPublicKey]] = {}
        self.fetches = 0
        # Costly to make, so once; a client per fetch on top of it is cheap, and takes no cookie along.
        self._tls = httpx.create_ssl_context()
        self._loaded_at = float("-inf")
        self.failure: Exception | None = None
        self._fetch: asyncio.Task[None] | None = None
        # Fetches for unknown kids: two at once, so that a rotation right after start works, then one per cool-down.
        self._allowance, self._allowance_at = 2.0, time.monotonic()

    @property
    def ready(self) -> bool:
        return time.monotonic() - self._loaded_at <= self.ttl + self.max_stale

    async def find(self, kid: str) -> list[RSAPublicKey]:
        """The keys of this kid, none where the issuer has none. Only an unknown kid waits for a fetch."""
        if not (self.ready and kid in self.keys) and (self._fetch is not None or self._take_allowance()):
            await self.refresh()
        if not self.ready or (self.failure and kid not in self.keys):
            raise KeySetUnavailable(self.cooldown)
        return self.keys.get(kid, [])

    async def refresh(self) -> None:
        """One fetch however many wait; who goes away meanwhile does not end it for the others."""
        if self._fetch is None:
            self._fetch = asyncio.create_task(self._load())
        await asyncio.shield(self._fetch)

    async def run(self) -> None:
        """Refreshes ahead of the end of the time to live, so that no request waits and a removed key ends in time."""
        while True:
            await asyncio.sleep(min(self.ttl, self.cooldown) if self.failure else self.ttl * 0.8)
            await self.refresh()

    def _take_allowance(self) -> bool:
        now = time.monotonic()
        self._allowance = min(2.0, self._allowance + (now - self._allowance_at) / self.cooldown)
        self._allowance_at = now
        if self._allowance < 1:
            return False
        self._allowance -= 1
        return True

    async def _load(self) -> None:
        self.fetches += 1
        try:
            keys = parse_key_set(await self._download())
        except Exception as error:
            # Whatever a foreign server makes the client or the parser raise, the set at hand serves on.
            logger.warning("key set not refreshed: %r", error)
            self.failure = error
        else:
            self.keys, self._loaded_at, self.failure = keys, time.monotonic(), None
        finally:
            self._fetch = None

    async def _download(self) -> bytes:
        headers = {"Accept": "application/jwk-set+json, application/json", "Accept-Encoding": "identity"}
        async with (
            httpx.AsyncClient(verify=self._tls, follow_redirects=False) as client,
            asyncio.timeout(self.timeout),  # to the last byte; httpx counts each read anew
            client.stream("GET", self.url, headers=headers) as response,
        ):
            if response.status_code != 200:
                raise ValueError(f"status {response.status_code}")
            body = b""
            async for chunk in response.aiter_raw():
                body += chunk
                if len(body) > MAX_BYTES:
                    raise ValueError(f"more than {MAX_BYTES} bytes")
            return body
