import jwt
from fastapi import Depends, HTTPException, status
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from src.auth.jwt_verifier import AuthenticatedUser, JWTVerifier, get_jwt_verifier

security = HTTPBearer()


async def get_current_user(
    credentials: HTTPAuthorizationCredentials = Depends(security),
    verifier: JWTVerifier = Depends(get_jwt_verifier),
) -> AuthenticatedUser:
    token = credentials.credentials
    try:
        return verifier.verify_token(token)
    except jwt.ExpiredSignatureError:
        raise HTTPException(
            status_code=status.HTTP_401_UNAUTHORIZED,
            detail="Token has expired",
            headers={"WWW-Authenticate": "Bearer"},
        )
    except jwt.InvalidTokenError as error:
        raise HTTPException(
            status_code=status.HTTP_401_UNAUTHORIZED,
            detail=f"Invalid token: {error}",
            headers={"WWW-Authenticate": "Bearer"},
        )


async def get_path_user(user_id: str, user: AuthenticatedUser = Depends(get_current_user)) -> AuthenticatedUser:
    if user_id != user.user_id:
        raise HTTPException(
            status_code=status.HTTP_403_FORBIDDEN,
            detail="Access denied: cannot access another user's resources",
        )
    return user
