import logging
from contextlib import asynccontextmanager

import httpx
from fastapi import Depends, FastAPI

from src.auth.dependencies import get_current_user
from src.auth.jwt_verifier import AuthenticatedUser
from src.config import settings
from src.tasks import router as tasks_router

logger = logging.getLogger("uvicorn.error")


@asynccontextmanager
async def lifespan(app: FastAPI):
    try:
        async with httpx.AsyncClient() as client:
            response = await client.get(settings.better_auth_jwks_url, timeout=10.0)
            response.raise_for_status()
            jwks_data = response.json()
            if not jwks_data.get("keys"):
                raise RuntimeError("JWKS endpoint returned no keys")
            logger.info(f"JWKS validated: {len(jwks_data['keys'])} keys loaded")
    except Exception as error:
        logger.error(f"JWKS validation failed: {error}")
        raise RuntimeError(f"JWKS endpoint unavailable: {error}")
    yield


app = FastAPI(lifespan=lifespan)


@app.get("/health")
async def health() -> dict:
    return {"status": "ok"}


@app.get("/api/v1/me")
async def me(user: AuthenticatedUser = Depends(get_current_user)) -> AuthenticatedUser:
    return user


app.include_router(tasks_router)
