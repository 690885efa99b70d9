"""Every error as the contract has it: `{error, error_code, message}`, in words of our own."""

from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

REALM = 'Bearer realm="tasks"'


class ApiError(Exception):
    def __init__(self, status: int, code: str, message: str, headers: dict[str, str] | None = None):
        super().__init__(message)
        self.status, self.code, self.message, self.headers = status, code, message, headers

    def response(self) -> JSONResponse:
        body = {"error": HTTPStatus(self.status).phrase, "error_code": self.code, "message": self.message}
        return JSONResponse(body, self.status, {"Cache-Control": "no-store", **(self.headers or {})})


class MissingToken(ApiError):
    def __init__(self):
        # RFC 6750 §3.1: no error attribute where no credentials came.
        super().__init__(401, "missing_token", "Access token is missing", {"WWW-Authenticate": REALM})


class InvalidToken(ApiError):
    """One message for every fault, so that nobody learns how near a forgery came; the library's text stays inside."""

    def __init__(self, code: str = "invalid_token", message: str = "Invalid token"):
        challenge = f'{REALM}, error="invalid_token", error_description="{message}"'
        super().__init__(401, code, message, {"WWW-Authenticate": challenge})


class KeySetUnavailable(ApiError):
    def __init__(self, retry_after: float):
        headers = {"Retry-After": str(max(1, round(retry_after)))}
        super().__init__(503, "jwks_unavailable", "Token cannot be verified at present", headers)


# What Starlette raises by itself; any other status is a request that is not well-formed.
OWN = {
    404: ApiError(404, "not_found", "No such path"),
    405: ApiError(405, "method_not_allowed", "The path does not take this method"),
}


def add_error_handlers(app: FastAPI) -> None:
    @app.exception_handler(ApiError)
    async def on_api_error(_: Request, error: ApiError) -> JSONResponse:
        return error.response()

    @app.exception_handler(HTTPException)
    async def on_http_error(_: Request, error: HTTPException) -> JSONResponse:
        own = OWN.get(error.status_code, ApiError(400, "validation_failed", "The request is not well-formed"))
        return ApiError(own.status, own.code, own.message, dict(error.headers or {})).response()

    @app.exception_handler(RequestValidationError)
    async def on_invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        place = ".".join(str(part) for part in error.errors()[0]["loc"][1:])
        return ApiError(400, "validation_failed", f"{place}: not as documented"[:200]).response()

    @app.exception_handler(Exception)
    async def on_fault(_: Request, error: Exception) -> JSONResponse:
        return ApiError(500, "internal_error", "The server failed to answer this request").response()
