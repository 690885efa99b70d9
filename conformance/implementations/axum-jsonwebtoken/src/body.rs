use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, header};
use serde_json::{Map, Value};

use crate::answers::Refusal;
use crate::tasks::Task;

const MAX_BYTES: usize = 64 * 1024;

/// The members of a task that a body sets.
#[derive(Default)]
pub struct Change {
    pub title: Option<String>,
    description: Option<Option<String>>,
    completed: Option<bool>,
}

impl Change {
    pub fn apply(self, task: &mut Task) {
        if let Some(title) = self.title {
            task.title = title;
        }
        if let Some(description) = self.description {
            task.description = description;
        }
        if let Some(completed) = self.completed {
            task.completed = completed;
        }
    }
}

pub async fn read_change(headers: &HeaderMap, body: Body) -> Result<Change, Refusal> {
    if !is_json(headers) {
        return Err(Refusal::UnsupportedMediaType);
    }
    let bytes = to_bytes(body, MAX_BYTES).await.map_err(|_| Refusal::TooLarge)?;
    let text = str::from_utf8(&bytes).map_err(|_| Refusal::UnsupportedMediaType)?;
    let members: Map<String, Value> =
        serde_json::from_str(text).map_err(|_| invalid("the body must be a JSON object"))?;
    if members.is_empty() {
        return Err(invalid("the body has no member"));
    }
    let mut change = Change::default();
    for (name, value) in members {
        match (name.as_str(), value) {
            ("title", Value::String(title)) if fits(&title, 1, 200) => change.title = Some(title),
            ("title", _) => return Err(invalid("title: must be a string of 1 to 200 characters")),
            ("description", Value::Null) => change.description = Some(None),
            ("description", Value::String(text)) if fits(&text, 0, 2000) => {
                change.description = Some(Some(text));
            }
            ("description", _) => {
                return Err(invalid(
                    "description: must be null or a string of at most 2000 characters",
                ));
            }
            ("completed", Value::Bool(completed)) => change.completed = Some(completed),
            ("completed", _) => return Err(invalid("completed: must be a boolean")),
            _ => return Err(invalid("the body has an unknown member")),
        }
    }
    Ok(change)
}

pub fn invalid(why: &str) -> Refusal {
    Refusal::Invalid(why.to_owned())
}

fn is_json(headers: &HeaderMap) -> bool {
    let media = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_ascii_lowercase();
    let (media, parameters) = media.split_once(';').unwrap_or((&media, ""));
    let charset = parameters.trim().strip_prefix("charset=").unwrap_or("utf-8");
    media.trim() == "application/json"
        && charset.trim_matches('"') == "utf-8"
        && !headers.contains_key(header::CONTENT_ENCODING)
}

fn fits(text: &str, least: usize, most: usize) -> bool {
    let length = text.chars().count();
    (least..=most).contains(&length) && !text.contains('\0')
}
