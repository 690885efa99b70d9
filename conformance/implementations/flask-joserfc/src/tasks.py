"""The task operations of the contract, in memory."""

import functools
import threading
from datetime import UTC, datetime
from itertools import count
from urllib.parse import quote
from uuid import uuid4

from authlib.integrations.flask_oauth2 import current_token
from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import UnsupportedMediaType

from src.auth import require_oauth
from src.errors import ApiError

tasks = Blueprint("tasks", __name__, url_prefix="/api/v1/<user_id>/tasks")
stored: dict[str, dict[str, dict]] = {}
numbers = count(1)
lock = threading.Lock()


def owner_only(view):
    @require_oauth()
    @functools.wraps(view)
    def guarded(user_id: str, **kwargs):
        if user_id != current_token["sub"]:
            raise ApiError("forbidden")
        return view(user_id, **kwargs)

    return guarded


def is_text(value: object, shortest: int, longest: int) -> bool:
    return isinstance(value, str) and shortest <= len(value) <= longest and "\0" not in value


RULES = {
    "title": lambda value: is_text(value, 1, 200),
    "description": lambda value: value is None or is_text(value, 0, 2000),
    "completed": lambda value: isinstance(value, bool),
}


def read_body() -> dict:
    if request.mimetype != "application/json":
        raise UnsupportedMediaType
    body = request.get_json()
    if not isinstance(body, dict) or not body:
        raise ApiError("validation_failed")
    if not all(name in RULES and RULES[name](value) for name, value in body.items()):
        raise ApiError("validation_failed")
    return body


def query_number(name: str, most: int) -> int | None:
    value = request.args.get(name)
    if value is None:
        return None
    if not (value.isascii() and value.isdigit() and len(value) < 16 and 1 <= int(value) <= most):
        raise ApiError("validation_failed")
    return int(value)


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def shown(task: dict) -> dict:
    return {name: value for name, value in task.items() if name != "number"}


def find(user_id: str, task_id: str) -> dict:
    task = stored.get(user_id, {}).get(task_id)
    if task is None:
        raise ApiError("not_found")
    return task


@tasks.get("")
@owner_only
def list_tasks(user_id: str) -> Response:
    limit = query_number("limit", 100) or 20
    cursor = query_number("cursor", 10**15)
    with lock:
        older = [task for task in stored.get(user_id, {}).values() if cursor is None or task["number"] < cursor]
    page = older[::-1][:limit]
    next_cursor = str(page[-1]["number"]) if len(older) > limit else None
    return jsonify(items=[shown(task) for task in page], next_cursor=next_cursor)


@tasks.post("")
@owner_only
def create_task(user_id: str) -> tuple[Response, int, dict[str, str]]:
    body = read_body()
    if "title" not in body:
        raise ApiError("validation_failed")
    time = now()
    task = {
        "id": str(uuid4()),
        "user_id": user_id,
        "title": body["title"],
        "description": body.get("description"),
        "completed": body.get("completed", False),
        "created_at": time,
        "updated_at": time,
        "number": next(numbers),
    }
    with lock:
        stored.setdefault(user_id, {})[task["id"]] = task
    return jsonify(shown(task)), 201, {"Location": f"/api/v1/{quote(user_id, safe='')}/tasks/{task['id']}"}


@tasks.get("/<task_id>")
@owner_only
def get_task(user_id: str, task_id: str) -> Response:
    return jsonify(shown(find(user_id, task_id)))


@tasks.patch("/<task_id>")
@owner_only
def update_task(user_id: str, task_id: str) -> Response:
    body = read_body()
    task = find(user_id, task_id)
    task.update(body, updated_at=now())
    return jsonify(shown(task))


@tasks.delete("/<task_id>")
@owner_only
def delete_task(user_id: str, task_id: str) -> tuple[str, int]:
    with lock:
        find(user_id, task_id)
        del stored[user_id][task_id]
    return "", 204
