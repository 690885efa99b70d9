use std::collections::HashMap;
use std::sync::Arc;

use axum::body::{Body, HttpBody};
use axum::extract::{FromRequestParts, Path, Query, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use tower_http::cors::{AllowOrigin, CorsLayer};
use tower_http::set_header::SetResponseHeaderLayer;

use crate::answers::Refusal;
use crate::body::{invalid, read_change};
use crate::gate::{Claims, Gate};
use crate::tasks::{Store, Task};

pub struct App {
    pub gate: Gate,
    pub tasks: Store,
}

type Shared = State<Arc<App>>;
type Answer = Result<Response, Refusal>;

pub fn router(app: Arc<App>, origins: &[String]) -> Router {
    let fixed = |name: HeaderName, value: &'static str| {
        SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value))
    };
    let origins = origins.iter().filter_map(|origin| origin.parse().ok());
    let cors = CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_methods([
            Method::GET,
            Method::HEAD,
            Method::POST,
            Method::PATCH,
            Method::DELETE,
        ])
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE])
        .expose_headers([header::WWW_AUTHENTICATE, header::RETRY_AFTER, header::LOCATION]);
    Router::new()
        .route("/health", get(async || Json(json!({ "status": "ok" }))))
        .route("/ready", get(ready))
        .route("/metrics", get(metrics))
        .route("/api/v1/me", get(me))
        .route("/api/v1/{user_id}/tasks", get(list).post(create))
        .route(
            "/api/v1/{user_id}/tasks/{task_id}",
            get(read).patch(update).delete(delete),
        )
        .method_not_allowed_fallback(method_not_allowed)
        .fallback(not_found)
        .layer(from_fn(close_after_unread_body))
        .layer(cors)
        .layer(fixed(header::CACHE_CONTROL, "no-store"))
        .layer(fixed(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(fixed(header::X_FRAME_OPTIONS, "DENY"))
        .with_state(app)
}

/// A refusal leaves the body of its request unread; hyper then closes the connection, and does not say so.
async fn close_after_unread_body(request: Request, next: Next) -> Response {
    let has_body = !request.body().is_end_stream();
    let mut response = next.run(request).await;
    if has_body && response.status().is_client_error() {
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(header::CONNECTION, close);
    }
    response
}

/// Who calls, and the task in the path: the token first, then the owner in the path.
struct Caller {
    claims: Claims,
    task_id: String,
}

impl FromRequestParts<Arc<App>> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Refusal> {
        let claims = app.gate.authenticate(&parts.headers).await?;
        let Path(mut path) = Path::<HashMap<String, String>>::from_request_parts(parts, app)
            .await
            .map_err(|_| invalid("the path is not valid percent-encoding"))?;
        if path.get("user_id").is_some_and(|owner| *owner != claims.sub) {
            return Err(Refusal::Forbidden);
        }
        let task_id = path.remove("task_id").unwrap_or_default();
        Ok(Self { claims, task_id })
    }
}

async fn ready(State(app): Shared) -> Response {
    if app.gate.keys.usable() {
        return Json(json!({ "status": "ready", "checks": { "jwks": "ok", "database": "ok" } }))
            .into_response();
    }
    let body = Json(json!({ "status": "not_ready", "checks": { "jwks": "failed", "database": "ok" } }));
    (
        StatusCode::SERVICE_UNAVAILABLE,
        [(header::RETRY_AFTER, "1")],
        body,
    )
        .into_response()
}

async fn metrics() -> Response {
    let text = "# HELP up Whether the process is up.\n# TYPE up gauge\nup 1\n";
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response()
}

async fn me(Caller { claims, .. }: Caller) -> Json<Value> {
    let text = |claim: Option<Value>| claim.filter(Value::is_string);
    Json(json!({
        "user_id": claims.sub,
        "email": text(claims.email),
        "name": text(claims.name),
        "exp": claims.exp,
        "iss": claims.iss,
    }))
}

async fn list(
    State(app): Shared,
    Caller { claims, .. }: Caller,
    Query(query): Query<HashMap<String, String>>,
) -> Answer {
    let limit = match query.get("limit") {
        None => 20,
        Some(limit) => limit
            .parse()
            .ok()
            .filter(|limit| (1..=100).contains(limit) && !query["limit"].starts_with('+'))
            .ok_or_else(|| invalid("limit: must be an integer from 1 to 100"))?,
    };
    let before = query.get("cursor").map(String::as_str);
    let is_cursor = |text: &str| {
        (1..=200).contains(&text.len())
            && text
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
    };
    if before.is_some_and(|cursor| !is_cursor(cursor)) {
        return Err(invalid("cursor: must be the next_cursor of a page"));
    }
    let (items, next) = app.tasks.page(&claims.sub, limit, before);
    Ok(Json(json!({ "items": items, "next_cursor": next })).into_response())
}

async fn create(
    State(app): Shared,
    Caller { claims, .. }: Caller,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let change = read_change(&headers, body).await?;
    if change.title.is_none() {
        return Err(invalid("title: is missing"));
    }
    let mut task = Task::new(&claims.sub);
    change.apply(&mut task);
    app.tasks.put(task.clone());
    // The path of the request already has the owner in its percent-encoded form.
    let location = format!("{}/{}", uri.path(), task.id);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(task)).into_response())
}

async fn read(State(app): Shared, Caller { claims, task_id }: Caller) -> Answer {
    let task = app.tasks.find(&claims.sub, &task_id).ok_or(Refusal::NotFound)?;
    Ok(Json(task).into_response())
}

async fn update(
    State(app): Shared,
    Caller { claims, task_id }: Caller,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let change = read_change(&headers, body).await?;
    let task = app.tasks.change(&claims.sub, &task_id, |task| change.apply(task));
    Ok(Json(task.ok_or(Refusal::NotFound)?).into_response())
}

async fn delete(State(app): Shared, Caller { claims, task_id }: Caller) -> Answer {
    app.tasks.remove(&claims.sub, &task_id).ok_or(Refusal::NotFound)?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Below /api, only a caller with a good token is told which methods and paths there are.
async fn method_not_allowed(State(app): Shared, mut parts: Parts) -> Answer {
    if parts.uri.path().starts_with("/api/") {
        Caller::from_request_parts(&mut parts, &app).await?;
    }
    Err(Refusal::MethodNotAllowed)
}

async fn not_found(State(app): Shared, parts: Parts) -> Answer {
    if parts.uri.path().starts_with("/api/") {
        app.gate.authenticate(&parts.headers).await?;
    }
    Err(Refusal::NotFound)
}
