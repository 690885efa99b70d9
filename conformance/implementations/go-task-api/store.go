package taskapi

import (
	"cmp"
	"encoding/base64"
	"errors"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Task is a task as the contract shows it.
type Task struct {
	ID          string  `json:"id"`
	UserID      string  `json:"user_id"`
	Title       string  `json:"title"`
	Description *string `json:"description"`
	Completed   bool    `json:"completed"`
	CreatedAt   string  `json:"created_at"`
	UpdatedAt   string  `json:"updated_at"`
}

// now has a fixed width, so that times compare as text.
func now() string { return time.Now().UTC().Format("2006-01-02T15:04:05.000000Z") }

// store holds the tasks of every owner, by id.
type store struct {
	mu     sync.Mutex
	owners map[string]map[string]Task
}

func newStore() *store { return &store{owners: map[string]map[string]Task{}} }

func (s *store) put(task Task) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.owners[task.UserID] == nil {
		s.owners[task.UserID] = map[string]Task{}
	}
	s.owners[task.UserID][task.ID] = task
}

func (s *store) find(owner, id string) (Task, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	task, found := s.owners[owner][id]
	return task, found
}

func (s *store) change(owner, id string, change func(*Task)) (Task, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	task, found := s.owners[owner][id]
	if found {
		change(&task)
		s.owners[owner][id] = task
	}
	return task, found
}

func (s *store) remove(owner, id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, found := s.owners[owner][id]
	delete(s.owners[owner], id)
	return found
}

// place is where a task stands in the order of a list: by time and then by id.
func place(task Task) string { return task.CreatedAt + " " + task.ID }

// page gives the newest tasks before a place, or from the newest on where there is none, and the cursor of the next page.
func (s *store) page(owner string, limit int, before string) ([]Task, *string) {
	s.mu.Lock()
	tasks := slices.Collect(maps.Values(s.owners[owner]))
	s.mu.Unlock()
	slices.SortFunc(tasks, func(a, b Task) int { return cmp.Compare(place(b), place(a)) })
	if before != "" {
		tasks = slices.DeleteFunc(tasks, func(task Task) bool { return place(task) >= before })
	}
	if len(tasks) <= limit {
		return append([]Task{}, tasks...), nil
	}
	cursor := base64.RawURLEncoding.EncodeToString([]byte(place(tasks[limit-1])))
	return tasks[:limit], &cursor
}

func pageOf(query url.Values) (limit int, before string, err error) {
	limit = 20
	if query.Has("limit") {
		limit, err = strconv.Atoi(query.Get("limit"))
		if err != nil || limit < 1 || limit > 100 || strings.HasPrefix(query.Get("limit"), "+") {
			return 0, "", errors.New("limit: must be an integer from 1 to 100")
		}
	}
	if query.Has("cursor") {
		decoded, err := base64.RawURLEncoding.DecodeString(query.Get("cursor"))
		if err != nil || len(decoded) == 0 || len(decoded) > 150 {
			return 0, "", errors.New("cursor: must be the next_cursor of a page")
		}
		before = string(decoded)
	}
	return limit, before, nil
}
