from datetime import datetime
from functools import lru_cache
from typing import Optional

import jwt
from jwt import PyJWKClient
from pydantic import BaseModel

from src.config import settings


class AuthenticatedUser(BaseModel):
    user_id: str
    email: str
    name: Optional[str] = None
    exp: datetime
    iss: str


class JWTVerifier:
    def __init__(self, jwks_url: str, expected_issuer: str):
        # The quickstart also passes cache_jwk_set_ttl, which PyJWKClient does not have.
        self.jwks_client = PyJWKClient(jwks_url, cache_keys=True, max_cached_keys=16, lifespan=3600)
        self.expected_issuer = expected_issuer

    def verify_token(self, token: str) -> AuthenticatedUser:
        signing_key = self.jwks_client.get_signing_key_from_jwt(token)
        payload = jwt.decode(
            token,
            signing_key.key,
            algorithms=["RS256"],
            issuer=self.expected_issuer,
            options={
                "verify_signature": True,
                "verify_exp": True,
                "verify_iss": True,
                "require": ["sub", "exp", "iss"],
            },
        )
        return AuthenticatedUser(
            user_id=payload["sub"],
            email=payload.get("email", ""),
            name=payload.get("name"),
            exp=datetime.fromtimestamp(payload["exp"]),
            iss=payload["iss"],
        )


@lru_cache
def get_jwt_verifier() -> JWTVerifier:
    """The quickstart names this function but does not give it; without one instance every request would fetch."""
    return JWTVerifier(settings.better_auth_jwks_url, settings.better_auth_url)
