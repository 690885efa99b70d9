package taskapi

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
)

// Claims are what the API uses of a verified token.
type Claims struct {
	Subject string
	Email   *string
	Name    *string
	Expires float64
	Issuer  string
}

// Gate is what an implementation provides: the library under test and its settings.
type Gate interface {
	// Verify gives the claims of a good token. Its error wraps ErrExpired or ErrUnavailable where it is one of these;
	// any other means that the token is no good.
	Verify(ctx context.Context, token string) (Claims, error)
	// Ready tells whether there are keys to verify with, as far as the library lets anybody know.
	Ready(ctx context.Context) bool
}

var (
	// ErrExpired is the error of a token that is good but for its exp.
	ErrExpired = errors.New("expired")
	// ErrUnavailable means that it is open whether the token is good: the key set cannot be had.
	ErrUnavailable = errors.New("key set unavailable")
)

type handler func(http.ResponseWriter, *http.Request, Claims)

// authenticated lets requests with a good token through, before anything else is looked at.
func authenticated(gate Gate, next handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		token, ok := credentials(r)
		if !ok {
			unauthorized(w, "invalid_token", "Invalid token")
			return
		}
		if token == "" {
			unauthorized(w, "missing_token", "Access token is missing")
			return
		}
		claims, err := gate.Verify(r.Context(), token)
		switch {
		case err == nil:
			next(w, r, claims)
		case errors.Is(err, ErrUnavailable):
			w.Header().Set("Retry-After", "5")
			fail(w, http.StatusServiceUnavailable, "jwks_unavailable", "Token cannot be verified at present")
		case errors.Is(err, ErrExpired):
			unauthorized(w, "token_expired", "Token has expired")
		default:
			unauthorized(w, "invalid_token", "Invalid token")
		}
		if err != nil {
			slog.Info("refused", "method", r.Method, "expired", errors.Is(err, ErrExpired))
		}
	}
}

// credentials reads RFC 6750 §2.1: "" where no Bearer credentials were sent, not ok where they are ambiguous.
func credentials(r *http.Request) (token string, ok bool) {
	lines := r.Header.Values("Authorization")
	if len(lines) > 1 {
		return "", false
	}
	if len(lines) == 0 {
		return "", true
	}
	scheme, rest, _ := strings.Cut(lines[0], " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return "", true
	}
	token = strings.TrimLeft(rest, " ")
	return token, !strings.ContainsAny(token, " \t,\"")
}

func unauthorized(w http.ResponseWriter, code, message string) {
	challenge := `Bearer realm="tasks"`
	if code != "missing_token" {
		challenge += `, error="invalid_token", error_description="` + message + `"`
	}
	w.Header().Set("WWW-Authenticate", challenge)
	fail(w, http.StatusUnauthorized, code, message)
}
