"""Error bodies of the contract."""

from flask import Flask, Response, jsonify
from werkzeug.exceptions import HTTPException, InternalServerError

REALM = 'Bearer realm="tasks"'
INVALID = f'{REALM}, error="invalid_token", error_description="{{}}"'

# error_code: status, reason phrase, message
ERRORS = {
    "missing_token": (401, "Unauthorized", "Access token is missing"),
    "invalid_token": (401, "Unauthorized", "Invalid token"),
    "token_expired": (401, "Unauthorized", "Token has expired"),
    "forbidden": (403, "Forbidden", "Access denied: cannot access another user's resources"),
    "jwks_unavailable": (503, "Service Unavailable", "Token cannot be verified at present"),
    "validation_failed": (400, "Bad Request", "The request is not as documented"),
    "not_found": (404, "Not Found", "No such resource"),
    "method_not_allowed": (405, "Method Not Allowed", "The path does not take this method"),
    "body_too_large": (413, "Content Too Large", "The body is larger than 64 KiB"),
    "unsupported_media_type": (415, "Unsupported Media Type", "The body must be application/json"),
    "internal_error": (500, "Internal Server Error", "The server failed to answer this request"),
}
CODES = {404: "not_found", 405: "method_not_allowed", 413: "body_too_large", 415: "unsupported_media_type"}


def error_response(code: str, headers: dict[str, str] | None = None) -> Response:
    status, error, message = ERRORS[code]
    response = jsonify(error=error, error_code=code, message=message)
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    if status == 401:
        response.headers["WWW-Authenticate"] = REALM if code == "missing_token" else INVALID.format(message)
    if status == 503:
        response.headers["Retry-After"] = "30"
    response.headers.update(headers or {})
    return response


class ApiError(HTTPException):
    """Ends the request with this error of the contract."""

    def __init__(self, code: str):
        super().__init__(response=error_response(code))
        self.code = ERRORS[code][0]


def add_error_handlers(app: Flask) -> None:
    @app.errorhandler(HTTPException)
    def on_http_error(error: HTTPException) -> Response:
        if error.response is not None:
            return error.response
        if isinstance(error, InternalServerError):
            return error_response("internal_error")
        allow = {"Allow": ", ".join(error.valid_methods or ())} if hasattr(error, "valid_methods") else None
        return error_response(CODES.get(error.code, "validation_failed"), allow)
