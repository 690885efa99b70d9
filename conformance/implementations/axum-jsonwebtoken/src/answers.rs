use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// An answer other than the one that was asked for.
pub enum Refusal {
    MissingToken,
    InvalidToken,
    ExpiredToken,
    KeySetUnavailable,
    Forbidden,
    Invalid(String),
    NotFound,
    MethodNotAllowed,
    TooLarge,
    UnsupportedMediaType,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, code, message) = match &self {
            Self::MissingToken => (
                StatusCode::UNAUTHORIZED,
                "missing_token",
                "Access token is missing",
            ),
            Self::InvalidToken => (StatusCode::UNAUTHORIZED, "invalid_token", "Invalid token"),
            Self::ExpiredToken => (StatusCode::UNAUTHORIZED, "token_expired", "Token has expired"),
            Self::KeySetUnavailable => (
                StatusCode::SERVICE_UNAVAILABLE,
                "jwks_unavailable",
                "Token cannot be verified at present",
            ),
            Self::Forbidden => (
                StatusCode::FORBIDDEN,
                "forbidden",
                "Access denied: cannot access another user's resources",
            ),
            Self::Invalid(why) => (StatusCode::BAD_REQUEST, "validation_failed", why.as_str()),
            Self::NotFound => (StatusCode::NOT_FOUND, "not_found", "No such resource"),
            Self::MethodNotAllowed => (
                StatusCode::METHOD_NOT_ALLOWED,
                "method_not_allowed",
                "The resource has no such method",
            ),
            Self::TooLarge => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "body_too_large",
                "The body is larger than 64 KiB",
            ),
            Self::UnsupportedMediaType => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "unsupported_media_type",
                "The body must be application/json in UTF-8",
            ),
        };
        let phrase = match status {
            // The phrase of RFC 9110; the crate `http` has that of RFC 7231.
            StatusCode::PAYLOAD_TOO_LARGE => "Content Too Large",
            _ => status.canonical_reason().unwrap_or("Error"),
        };
        let body = Json(json!({ "error": phrase, "error_code": code, "message": message }));
        match self {
            Self::MissingToken => (
                status,
                [(header::WWW_AUTHENTICATE, r#"Bearer realm="tasks""#)],
                body,
            )
                .into_response(),
            Self::InvalidToken | Self::ExpiredToken => {
                let challenge =
                    format!(r#"Bearer realm="tasks", error="invalid_token", error_description="{message}""#);
                (status, [(header::WWW_AUTHENTICATE, challenge)], body).into_response()
            }
            Self::KeySetUnavailable => (status, [(header::RETRY_AFTER, "5")], body).into_response(),
            _ => (status, body).into_response(),
        }
    }
}
