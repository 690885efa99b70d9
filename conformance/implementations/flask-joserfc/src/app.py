import os

from authlib.integrations.flask_oauth2 import current_token
from flask import Flask, Response, jsonify, request

from src.auth import require_oauth
from src.errors import add_error_handlers
from src.tasks import tasks


def text_or_none(value: object) -> str | None:
    return value if isinstance(value, str) else None


def create_app() -> Flask:
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = 64 * 1024
    origins = [origin for origin in os.environ.get("ALLOWED_ORIGINS", "").split(",") if origin]
    add_error_handlers(app)
    app.register_blueprint(tasks)

    @app.after_request
    def set_security_headers(response: Response) -> Response:
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["X-Frame-Options"] = "DENY"
        return response

    @app.after_request
    def set_cors_headers(response: Response) -> Response:
        response.vary.add("Origin")
        if request.origin in origins:
            response.access_control_allow_origin = request.origin
            response.access_control_allow_headers = ["Authorization", "Content-Type"]
            response.access_control_allow_methods = ["GET", "POST", "PATCH", "DELETE"]
            response.access_control_expose_headers = ["WWW-Authenticate"]
        return response

    @app.get("/health")
    def health() -> Response:
        return jsonify(status="ok")

    @app.get("/ready")
    def ready() -> Response:
        return jsonify(status="ready", checks={"jwks": "ok", "database": "ok"})

    @app.get("/metrics")
    def metrics() -> Response:
        return Response("# TYPE up gauge\nup 1\n", mimetype="text/plain")

    @app.get("/api/v1/me")
    @require_oauth()
    def me() -> Response:
        return jsonify(
            user_id=current_token["sub"],
            email=text_or_none(current_token.get("email")),
            name=text_or_none(current_token.get("name")),
            exp=current_token["exp"],
            iss=current_token["iss"],
        )

    return app
