package taskapi

import (
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/google/uuid"
)

// New is the whole API.
func New(gate Gate) http.Handler {
	tasks := newStore()
	mux := http.NewServeMux()
	open := func(path string, handle http.HandlerFunc) {
		mux.HandleFunc("GET "+path, handle)
		mux.HandleFunc(path, methodNotAllowed("GET, HEAD"))
	}
	protected := func(path string, methods map[string]handler) {
		allowed := []string{}
		for method, handle := range methods {
			mux.HandleFunc(method+" "+path, authenticated(gate, handle))
			allowed = append(allowed, method)
		}
		if slices.Contains(allowed, http.MethodGet) {
			allowed = append(allowed, http.MethodHead)
		}
		slices.Sort(allowed)
		refuse := methodNotAllowed(strings.Join(allowed, ", "))
		mux.HandleFunc(path, authenticated(gate, owned(func(w http.ResponseWriter, r *http.Request, _ Claims) {
			refuse(w, r)
		})))
	}

	open("/health", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, map[string]string{"status": "ok"})
	})
	open("/ready", func(w http.ResponseWriter, r *http.Request) {
		if gate.Ready(r.Context()) {
			answer(w, http.StatusOK, readiness("ready", "ok"))
			return
		}
		w.Header().Set("Retry-After", "1")
		answer(w, http.StatusServiceUnavailable, readiness("not_ready", "failed"))
	})
	open("/metrics", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4")
		_, _ = io.WriteString(w, "# HELP up Whether the process is up.\n# TYPE up gauge\nup 1\n")
	})
	protected("/api/v1/me", map[string]handler{http.MethodGet: me})
	protected("/api/v1/{user_id}/tasks", map[string]handler{
		http.MethodGet: owned(tasks.list), http.MethodPost: owned(tasks.create),
	})
	protected("/api/v1/{user_id}/tasks/{task_id}", map[string]handler{
		http.MethodGet: owned(tasks.get), http.MethodPatch: owned(tasks.update), http.MethodDelete: owned(tasks.delete),
	})
	mux.HandleFunc("/api/", authenticated(gate, func(w http.ResponseWriter, _ *http.Request, _ Claims) { notFound(w) }))
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { notFound(w) })
	return withHeaders(mux)
}

func readiness(status, jwks string) any {
	return map[string]any{"status": status, "checks": map[string]string{"jwks": jwks, "database": "ok"}}
}

// owned holds the owner in the path against the subject of the token, before the rest of the request is read.
func owned(next handler) handler {
	return func(w http.ResponseWriter, r *http.Request, claims Claims) {
		if owner := r.PathValue("user_id"); owner != "" && owner != claims.Subject {
			fail(w, http.StatusForbidden, "forbidden", "Access denied: cannot access another user's resources")
			return
		}
		next(w, r, claims)
	}
}

func me(w http.ResponseWriter, _ *http.Request, claims Claims) {
	answer(w, http.StatusOK, map[string]any{
		"user_id": claims.Subject, "email": claims.Email, "name": claims.Name, "exp": claims.Expires, "iss": claims.Issuer,
	})
}

func (s *store) list(w http.ResponseWriter, r *http.Request, claims Claims) {
	limit, after, err := pageOf(r.URL.Query())
	if err != nil {
		invalid(w, err)
		return
	}
	items, next := s.page(claims.Subject, limit, after)
	answer(w, http.StatusOK, map[string]any{"items": items, "next_cursor": next})
}

func (s *store) create(w http.ResponseWriter, r *http.Request, claims Claims) {
	change, ok := readChange(w, r)
	if !ok {
		return
	}
	if change.Title == nil {
		fail(w, http.StatusBadRequest, "validation_failed", "title: is missing")
		return
	}
	task := Task{ID: uuid.NewString(), UserID: claims.Subject, CreatedAt: now()}
	task.UpdatedAt = task.CreatedAt
	change.apply(&task)
	s.put(task)
	w.Header().Set("Location", "/api/v1/"+url.PathEscape(claims.Subject)+"/tasks/"+task.ID)
	answer(w, http.StatusCreated, task)
}

func (s *store) get(w http.ResponseWriter, r *http.Request, claims Claims) {
	if task, found := s.find(claims.Subject, r.PathValue("task_id")); found {
		answer(w, http.StatusOK, task)
		return
	}
	notFound(w)
}

func (s *store) update(w http.ResponseWriter, r *http.Request, claims Claims) {
	change, ok := readChange(w, r)
	if !ok {
		return
	}
	task, found := s.change(claims.Subject, r.PathValue("task_id"), func(task *Task) {
		change.apply(task)
		task.UpdatedAt = now()
	})
	if !found {
		notFound(w)
		return
	}
	answer(w, http.StatusOK, task)
}

func (s *store) delete(w http.ResponseWriter, r *http.Request, claims Claims) {
	if !s.remove(claims.Subject, r.PathValue("task_id")) {
		notFound(w)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
