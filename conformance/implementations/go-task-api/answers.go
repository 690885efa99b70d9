package taskapi

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
)

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

func fail(w http.ResponseWriter, status int, code, message string) {
	phrase := http.StatusText(status)
	if status == http.StatusRequestEntityTooLarge {
		phrase = "Content Too Large" // the phrase of RFC 9110; net/http has that of RFC 7231
	}
	answer(w, status, map[string]string{"error": phrase, "error_code": code, "message": message})
}

func invalid(w http.ResponseWriter, err error) {
	fail(w, http.StatusBadRequest, "validation_failed", err.Error())
}

func notFound(w http.ResponseWriter) {
	fail(w, http.StatusNotFound, "not_found", "No such resource")
}

func unsupported(w http.ResponseWriter) {
	fail(w, http.StatusUnsupportedMediaType, "unsupported_media_type", "The body must be application/json in UTF-8")
}

func methodNotAllowed(allow string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Allow", allow)
		fail(w, http.StatusMethodNotAllowed, "method_not_allowed", "The resource has no such method")
	}
}

// withHeaders adds what every answer has, and answers pages of the origins in ALLOWED_ORIGINS.
func withHeaders(next http.Handler) http.Handler {
	origins := strings.FieldsFunc(setting("ALLOWED_ORIGINS", ""), func(r rune) bool { return r == ',' || r == ' ' })
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Cache-Control", "no-store")
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("X-Frame-Options", "DENY")
		header.Add("Vary", "Origin")
		origin := r.Header.Get("Origin")
		if slices.Contains(origins, origin) {
			header.Set("Access-Control-Allow-Origin", origin)
			header.Set("Access-Control-Expose-Headers", "WWW-Authenticate, Retry-After, Location")
		}
		if r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != "" {
			if header.Get("Access-Control-Allow-Origin") != "" {
				header.Set("Access-Control-Allow-Methods", "GET, HEAD, POST, PATCH, DELETE")
				header.Set("Access-Control-Allow-Headers", "Authorization, Content-Type")
			}
			w.WriteHeader(http.StatusNoContent)
			return
		}
		next.ServeHTTP(w, r)
	})
}
