"""The task routes: the quickstart only names the list; the rest follows the contract, with the same guard."""

from datetime import datetime, timezone
from typing import Optional
from uuid import uuid4

from fastapi import APIRouter, Depends, HTTPException, Response
from pydantic import BaseModel

from src.auth.dependencies import get_path_user

router = APIRouter(prefix="/api/v1/{user_id}/tasks", dependencies=[Depends(get_path_user)])
tasks: dict[str, dict[str, dict]] = {}


class TaskCreate(BaseModel):
    title: str
    description: Optional[str] = None


class TaskUpdate(BaseModel):
    title: Optional[str] = None
    description: Optional[str] = None
    completed: Optional[bool] = None


def find(user_id: str, task_id: str) -> dict:
    task = tasks.get(user_id, {}).get(task_id)
    if task is None:
        raise HTTPException(status_code=404, detail="Task not found")
    return task


@router.get("")
async def list_tasks(user_id: str) -> dict:
    return {"items": list(tasks.get(user_id, {}).values()), "next_cursor": None}


@router.post("", status_code=201)
async def create_task(user_id: str, body: TaskCreate) -> dict:
    now = datetime.now(timezone.utc).isoformat()
    task = {
        "id": str(uuid4()),
        "user_id": user_id,
        "title": body.title,
        "description": body.description,
        "completed": False,
        "created_at": now,
        "updated_at": now,
    }
    tasks.setdefault(user_id, {})[task["id"]] = task
    return task


@router.get("/{task_id}")
async def get_task(user_id: str, task_id: str) -> dict:
    return find(user_id, task_id)


@router.patch("/{task_id}")
async def update_task(user_id: str, task_id: str, body: TaskUpdate) -> dict:
    task = find(user_id, task_id)
    task.update(body.model_dump(exclude_unset=True))
    task["updated_at"] = datetime.now(timezone.utc).isoformat()
    return task


@router.delete("/{task_id}", status_code=204)
async def delete_task(user_id: str, task_id: str) -> Response:
    find(user_id, task_id)
    del tasks[user_id][task_id]
    return Response(status_code=204)
