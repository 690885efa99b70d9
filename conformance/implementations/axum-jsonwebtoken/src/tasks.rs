use std::collections::HashMap;
use std::sync::Mutex;

use chrono::{SecondsFormat, Utc};
use serde::Serialize;
use uuid::Uuid;

/// A task as the contract shows it.
#[derive(Clone, Serialize)]
pub struct Task {
    pub id: String,
    pub user_id: String,
    pub title: String,
    pub description: Option<String>,
    pub completed: bool,
    pub created_at: String,
    pub updated_at: String,
}

impl Task {
    pub fn new(owner: &str) -> Self {
        let created_at = now();
        Self {
            id: Uuid::new_v4().to_string(),
            user_id: owner.to_owned(),
            title: String::new(),
            description: None,
            completed: false,
            updated_at: created_at.clone(),
            created_at,
        }
    }

    /// Where it stands in the order of a list: by time, then by id.
    pub fn place(&self) -> String {
        format!("{}_{}", self.created_at.replace([':', '.'], "-"), self.id)
    }
}

/// Of a fixed width, so that times compare as text.
pub fn now() -> String {
    Utc::now().to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// The tasks of every owner, by id.
#[derive(Default)]
pub struct Store {
    owners: Mutex<HashMap<String, HashMap<String, Task>>>,
}

impl Store {
    pub fn put(&self, task: Task) {
        let mut owners = self.owners.lock().unwrap();
        owners
            .entry(task.user_id.clone())
            .or_default()
            .insert(task.id.clone(), task);
    }

    pub fn find(&self, owner: &str, id: &str) -> Option<Task> {
        self.owners.lock().unwrap().get(owner)?.get(id).cloned()
    }

    pub fn change(&self, owner: &str, id: &str, change: impl FnOnce(&mut Task)) -> Option<Task> {
        let mut owners = self.owners.lock().unwrap();
        let task = owners.get_mut(owner)?.get_mut(id)?;
        change(task);
        task.updated_at = now();
        Some(task.clone())
    }

    pub fn remove(&self, owner: &str, id: &str) -> Option<Task> {
        self.owners.lock().unwrap().get_mut(owner)?.remove(id)
    }

    /// The newest tasks before a place, and the place of the last where there are more.
    pub fn page(&self, owner: &str, limit: usize, before: Option<&str>) -> (Vec<Task>, Option<String>) {
        let owners = self.owners.lock().unwrap();
        let mine = owners.get(owner).into_iter().flat_map(HashMap::values);
        let mut tasks: Vec<Task> = mine
            .filter(|task| before.is_none_or(|place| task.place().as_str() < place))
            .cloned()
            .collect();
        tasks.sort_by_key(|task| std::cmp::Reverse(task.place()));
        let more = tasks.len() > limit;
        tasks.truncate(limit);
        let next = tasks.last().filter(|_| more).map(Task::place);
        (tasks, next)
    }
}
