"""Settings under the names of the quickstart's `.env`."""

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    better_auth_url: str
    better_auth_jwks_url: str


settings = Settings(
    better_auth_url=os.environ["BETTER_AUTH_URL"],
    better_auth_jwks_url=os.environ["BETTER_AUTH_JWKS_URL"],
)
