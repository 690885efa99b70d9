"""The task routes: the quickstart only names the list; the rest follows the contract, with the same guard."""

from datetime import datetime, timezone
from itertools import count
from typing import Annotated, Any
from urllib.parse import quote
from uuid import uuid4

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field, ValidationError

from src.auth.dependencies import get_path_user
from src.errors import ApiError

router = APIRouter(prefix="/api/v1/{user_id}/tasks", dependencies=[Depends(get_path_user)])
tasks: dict[str, dict[str, dict]] = {}
sequence = count(1)

MAX_BODY = 64 * 1024
Title = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]
Description = Annotated[str, Field(max_length=2000, pattern=r"^[^\x00]*$")]


class TaskCreate(BaseModel, strict=True, extra="forbid"):
    title: Title
    description: Description | None = None
    completed: bool = False


class TaskUpdate(BaseModel, strict=True, extra="forbid"):
    # The defaults are never read: what the body leaves out stays as it is.
    title: Title = ""
    description: Description | None = None
    completed: bool = False


async def read_body(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise ApiError(413, "body_too_large", "The body is larger than 64 KiB", {"Connection": "close"})
    return body


def body_of(model: type[BaseModel]) -> Any:
    """A dependency: FastAPI reads a body parameter ahead of every dependency, and so ahead of the guard."""

    async def parse(request: Request) -> BaseModel:
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            raise ApiError(415, "unsupported_media_type", "The body must be application/json")
        try:
            body = model.model_validate_json(await read_body(request))
        except ValidationError as error:
            first = error.errors(include_input=False)[0]
            place = ".".join(str(part) for part in first["loc"]) if first["type"] != "extra_forbidden" else "body"
            raise ApiError(400, "validation_failed", f"{place or 'body'}: not as documented") from None
        if not body.model_fields_set:
            raise ApiError(400, "validation_failed", "body: has no member")
        return body

    return Depends(parse)


def find(user_id: str, task_id: str) -> dict:
    task = tasks.get(user_id, {}).get(task_id)
    if task is None:
        raise ApiError(404, "not_found", "No such task")
    return task


def now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def shown(task: dict) -> dict:
    return {name: value for name, value in task.items() if name != "number"}


@router.get("")
async def list_tasks(
    user_id: str,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Annotated[int | None, Query(ge=1)] = None,
) -> dict:
    older = [task for task in tasks.get(user_id, {}).values() if cursor is None or task["number"] < cursor]
    page = older[::-1][:limit]
    return {
        "items": [shown(task) for task in page],
        "next_cursor": str(page[-1]["number"]) if len(older) > limit else None,
    }


@router.post("", status_code=201)
async def create_task(user_id: str, response: Response, body: TaskCreate = body_of(TaskCreate)) -> dict:
    time = now()
    task = {
        "id": str(uuid4()),
        "user_id": user_id,
        **body.model_dump(),
        "created_at": time,
        "updated_at": time,
        "number": next(sequence),
    }
    tasks.setdefault(user_id, {})[task["id"]] = task
    response.headers["Location"] = f"/api/v1/{quote(user_id, safe='')}/tasks/{task['id']}"
    return shown(task)


@router.get("/{task_id}")
async def get_task(user_id: str, task_id: str) -> dict:
    return shown(find(user_id, task_id))


@router.patch("/{task_id}")
async def update_task(user_id: str, task_id: str, body: TaskUpdate = body_of(TaskUpdate)) -> dict:
    task = find(user_id, task_id)
    task.update(body.model_dump(exclude_unset=True), updated_at=now())
    return shown(task)


@router.delete("/{task_id}", status_code=204)
async def delete_task(user_id: str, task_id: str) -> Response:
    find(user_id, task_id)
    del tasks[user_id][task_id]
    return Response(status_code=204)
