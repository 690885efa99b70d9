from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from src.auth.jwt_verifier import AuthenticatedUser, JWTVerifier, get_jwt_verifier
from src.errors import ApiError, InvalidToken, MissingToken

# The answer to a request without credentials is ours to write: HTTPBearer's own has neither body nor realm.
security = HTTPBearer(auto_error=False)


async def get_current_user(
    request: Request,
    credentials: HTTPAuthorizationCredentials | None = Depends(security),
    verifier: JWTVerifier = Depends(get_jwt_verifier),
) -> AuthenticatedUser:
    if len(request.headers.getlist("authorization")) > 1:
        raise InvalidToken()  # Starlette would take the first
    if credentials is None:
        raise MissingToken()
    return await verifier.verify_token(credentials.credentials)


async def get_path_user(user_id: str, user: AuthenticatedUser = Depends(get_current_user)) -> AuthenticatedUser:
    if user_id != user.user_id:
        raise ApiError(403, "forbidden", "Access denied: cannot access another user's resources")
    return user
