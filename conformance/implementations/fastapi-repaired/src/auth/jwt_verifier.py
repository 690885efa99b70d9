import json
import logging
from base64 import urlsafe_b64decode
from functools import lru_cache
from typing import Annotated, Any, Literal

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from pydantic import BaseModel, Field, FiniteFloat, ValidationError, WrapValidator

from src.auth.key_set import KeySet
from src.config import settings
from src.errors import InvalidToken

logger = logging.getLogger("uvicorn.error")


def text_or_none(value: Any, validate: Any) -> str | None:
    try:
        return validate(value)
    except ValidationError:
        return None


# A claim for display: whatever it is, it must not break the request.
DisplayText = Annotated[str | None, WrapValidator(text_or_none)]


class AuthenticatedUser(BaseModel):
    user_id: str
    email: DisplayText = None
    name: DisplayText = None
    exp: float
    iss: str


class Header(BaseModel, strict=True):
    alg: Literal["RS256"]
    kid: str
    typ: str = Field("JWT", pattern=r"(?i)^(application/)?(at\+)?jwt$")


class Claims(BaseModel, strict=True):
    """The types that PyJWT leaves open: it takes digits in a string for a time, and an empty subject for one."""

    sub: str = Field(min_length=1)
    iss: str
    aud: str | list[str]
    exp: FiniteFloat
    nbf: FiniteFloat = 0
    iat: FiniteFloat = 0
    email: Any = None
    name: Any = None


def refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def unique_members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member occurs twice")
    return members


def parse_segment(segment: str) -> dict[str, Any]:
    """JSON in UTF-8 (RFC 7519 §7.2); json.loads alone also takes UTF-16, NaN and names that occur twice."""
    text = urlsafe_b64decode(segment + "==").decode("utf-8")
    return json.loads(text, parse_constant=refuse_constant, object_pairs_hook=unique_members)


def parse(token: str) -> tuple[Header, Claims]:
    """All that can be told without a key, so that a broken token costs no fetch. ValueError or PyJWTError."""
    jwt.get_unverified_header(token)  # three segments of base64url, the header an object
    header, payload, _ = token.split(".")
    members = parse_segment(header)
    if "=" in token or "crit" in members:
        # PyJWT takes padding, which RFC 7515 §2 leaves out. The service understands no extension (§4.1.11).
        raise ValueError("padding or crit")
    return Header.model_validate(members), Claims.model_validate(parse_segment(payload))


class JWTVerifier:
    def __init__(self, key_set: KeySet, expected_issuer: str, audience: str, leeway: float):
        self.key_set = key_set
        self.expected_issuer = expected_issuer
        self.audience = audience
        self.leeway = leeway

    async def verify_token(self, token: str) -> AuthenticatedUser:
        """Raises InvalidToken or KeySetUnavailable, and nothing else whatever the token is."""
        try:
            header, claims = parse(token)
            for key in await self.key_set.find(header.kid):
                if self.verified_by(key, token):
                    return AuthenticatedUser(user_id=claims.sub, **claims.model_dump())
            raise jwt.InvalidSignatureError("no key of this kid verifies it")
        except jwt.ExpiredSignatureError:
            raise InvalidToken("token_expired", "Token has expired") from None
        except (jwt.PyJWTError, RecursionError, ValueError) as error:
            logger.info("token refused: %s", type(error).__name__)
            raise InvalidToken() from None

    def verified_by(self, key: RSAPublicKey, token: str) -> bool:
        try:
            jwt.decode(
                token,
                key,
                algorithms=["RS256"],
                issuer=self.expected_issuer,
                audience=self.audience,
                leeway=self.leeway,
                options={"require": ["sub", "exp", "iss", "aud"]},
            )
        except jwt.InvalidSignatureError:
            return False
        return True


@lru_cache
def get_jwt_verifier() -> JWTVerifier:
    key_set = KeySet(
        settings.better_auth_jwks_url,
        ttl=settings.jwks_cache_ttl,
        cooldown=settings.jwks_cooldown,
        timeout=settings.jwks_timeout,
        max_stale=settings.jwks_max_stale,
    )
    return JWTVerifier(key_set, settings.better_auth_url, settings.jwt_audience, settings.jwt_leeway)
