"""Settings under the names of the quickstart's `.env`. Times in seconds."""

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    better_auth_url: str
    better_auth_jwks_url: str
    jwt_audience: str
    jwt_leeway: float
    jwks_cache_ttl: float
    jwks_cooldown: float
    jwks_timeout: float
    jwks_max_stale: float
    allowed_origins: list[str]


settings = Settings(
    better_auth_url=os.environ["BETTER_AUTH_URL"],
    better_auth_jwks_url=os.environ["BETTER_AUTH_JWKS_URL"],
    jwt_audience=os.environ["JWT_AUDIENCE"],
    jwt_leeway=float(os.environ.get("JWT_LEEWAY", 5)),
    jwks_cache_ttl=float(os.environ.get("JWKS_CACHE_TTL", 3600)),
    jwks_cooldown=float(os.environ.get("JWKS_COOLDOWN", 30)),
    jwks_timeout=float(os.environ.get("JWKS_TIMEOUT", 5)),
    jwks_max_stale=float(os.environ.get("JWKS_MAX_STALE", 3600)),
    allowed_origins=[origin for origin in os.environ.get("ALLOWED_ORIGINS", "").split(",") if origin],
)
