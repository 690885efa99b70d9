"""The guard: Authlib's ResourceProtector for Flask, with joserfc below its JWTBearerTokenValidator."""

import json
import os

import requests
from authlib.integrations.flask_oauth2 import ResourceProtector
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6750 import InvalidTokenError
from authlib.oauth2.rfc7523 import JWTBearerToken, JWTBearerTokenValidator
from flask import abort
from joserfc import jwt
from joserfc.errors import DecodeError, ExpiredTokenError, InvalidHeaderValueError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from src.errors import error_response
from src.key_set import CachedKeySet, KeySetUnavailable

ISSUER = os.environ["BETTER_AUTH_URL"]
AUDIENCE = os.environ["JWT_AUDIENCE"]
JWKS_URL = os.environ["BETTER_AUTH_JWKS_URL"]
LEEWAY = int(os.environ.get("JWT_LEEWAY", 5))
EXPIRED = "expired"


class DefaultValidator(JWTBearerTokenValidator):
    """As Auth0's quickstart for Flask has it: the key set fetched once, and the claims as `claims_options`."""

    def __init__(self):
        super().__init__(self.key_set(), leeway=LEEWAY)
        self.claims_options = {
            "exp": {"essential": True},
            "sub": {"essential": True},
            "aud": {"essential": True, "value": AUDIENCE},
            "iss": {"essential": True, "value": ISSUER},
        }

    def key_set(self):
        return KeySet.import_key_set(requests.get(JWKS_URL).json())

    def decode(self, token_string: str) -> jwt.Token:
        return jwt.decode(token_string, self.public_key)

    def authenticate_token(self, token_string: str):
        """What is inherited, but for a word about expiry, which the contract has an error code of its own for."""
        try:
            token = self.decode(token_string)
            jwt.JWTClaimsRegistry(leeway=self.leeway, **self.claims_options).validate(token.claims)
        except ExpiredTokenError as error:
            raise InvalidTokenError(description=EXPIRED) from error
        except JoseError:
            return None
        return JWTBearerToken(token.claims)

    def validate_token(self, token, scopes, request):
        if token and token.is_expired():
            raise InvalidTokenError(description=EXPIRED)
        super().validate_token(token, scopes, request)


class StrictDecoder(json.JSONDecoder):
    """JSON without NaN and Infinity (RFC 8259 §6)."""

    def __init__(self):
        super().__init__(parse_constant=self.refuse)

    @staticmethod
    def refuse(name: str) -> None:
        raise ValueError(f"{name} is not JSON")


class HardenedValidator(DefaultValidator):
    """With what joserfc documents beyond it: allowed algorithms, a lenient header, a decoder, a callable key."""

    def key_set(self):
        return CachedKeySet(
            JWKS_URL,
            ttl=float(os.environ.get("JWKS_CACHE_TTL", 3600)),
            cooldown=float(os.environ.get("JWKS_COOLDOWN", 30)),
            max_stale=float(os.environ.get("JWKS_MAX_STALE", 3600)),
        )

    def decode(self, token_string: str) -> jwt.Token:
        registry = JWSRegistry(algorithms=["RS256"], strict_check_header=False)
        try:
            token = jwt.decode(token_string, self.public_key, registry=registry, decoder_cls=StrictDecoder)
        except (ValueError, TypeError, RecursionError) as error:
            # joserfc documents JoseError alone; odd headers and payloads also end in these.
            raise DecodeError from error
        if "crit" in token.header or token.header.get("typ", "JWT") not in ("JWT", "at+jwt"):
            raise InvalidHeaderValueError
        return token

    def validate_token(self, token, scopes, request):
        """The inherited one compares exp once more, without the leeway."""
        if not token:
            raise InvalidTokenError()


class TaskApiProtector(ResourceProtector):
    def raise_error_response(self, error: OAuth2Error):
        if not isinstance(error, InvalidTokenError):
            abort(error_response("missing_token"))
        abort(error_response("token_expired" if error.description == EXPIRED else "invalid_token"))

    def acquire_token(self, scopes=None, **kwargs):
        try:
            return super().acquire_token(scopes, **kwargs)
        except KeySetUnavailable:
            abort(error_response("jwks_unavailable"))


def create_protector() -> TaskApiProtector:
    hardened = os.environ.get("GATEPROOF_VARIANT") == "hardened"
    protector = TaskApiProtector()
    protector.register_token_validator(HardenedValidator() if hardened else DefaultValidator())
    return protector


require_oauth = create_protector()
