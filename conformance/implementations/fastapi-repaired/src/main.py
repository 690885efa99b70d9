import asyncio
from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI, Request, Response
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse, PlainTextResponse

from src.auth.dependencies import get_current_user
from src.auth.jwt_verifier import AuthenticatedUser, JWTVerifier, get_jwt_verifier
from src.config import settings
from src.errors import add_error_handlers
from src.tasks import router as tasks_router

START_ATTEMPTS = 3


@asynccontextmanager
async def lifespan(app: FastAPI):
    key_set = get_jwt_verifier().key_set
    # One late answer, where everything starts at once, must not keep the API down.
    for _ in range(START_ATTEMPTS):
        await key_set.refresh()
        if key_set.ready:
            break
    else:
        raise RuntimeError(f"BETTER_AUTH_JWKS_URL gives no usable key set: {key_set.failure!r}")
    refreshing = asyncio.create_task(key_set.run())
    yield
    refreshing.cancel()


# The interactive documentation would tell every stranger what there is.
app = FastAPI(lifespan=lifespan, openapi_url=None)
add_error_handlers(app)


@app.middleware("http")
async def set_security_headers(request: Request, call_next) -> Response:
    response = await call_next(request)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Frame-Options"] = "DENY"
    return response


# Added last, so it runs first: a browser may read every error, and a preflight needs no token.
app.add_middleware(
    CORSMiddleware,
    allow_origins=settings.allowed_origins,
    allow_methods=["GET", "POST", "PATCH", "DELETE"],
    allow_headers=["Authorization", "Content-Type"],
    expose_headers=["WWW-Authenticate", "Location", "Retry-After"],
)


@app.get("/health")
async def health() -> dict:
    return {"status": "ok"}


@app.get("/ready")
async def ready(verifier: JWTVerifier = Depends(get_jwt_verifier)) -> JSONResponse:
    if verifier.key_set.ready:
        return JSONResponse({"status": "ready", "checks": {"jwks": "ok", "database": "ok"}})
    body = {"status": "not_ready", "checks": {"jwks": "failed", "database": "ok"}}
    return JSONResponse(body, 503, {"Retry-After": "1"})


@app.get("/metrics")
async def metrics(verifier: JWTVerifier = Depends(get_jwt_verifier)) -> PlainTextResponse:
    return PlainTextResponse(f"# TYPE jwks_fetches_total counter\njwks_fetches_total {verifier.key_set.fetches}\n")


@app.get("/api/v1/me")
async def me(user: AuthenticatedUser = Depends(get_current_user)) -> AuthenticatedUser:
    return user


app.include_router(tasks_router)
