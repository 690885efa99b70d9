package taskapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"unicode/utf8"
)

const maxBody = 64 << 10

// change holds the members of a task that a body sets.
type change struct {
	Title          *string
	Description    *string
	SetDescription bool
	Completed      *bool
}

func (c change) apply(task *Task) {
	if c.Title != nil {
		task.Title = *c.Title
	}
	if c.SetDescription {
		task.Description = c.Description
	}
	if c.Completed != nil {
		task.Completed = *c.Completed
	}
}

// readChange reads the body of a request, or answers what is wrong with it.
func readChange(w http.ResponseWriter, r *http.Request) (change, bool) {
	media, parameters, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	charset := parameters["charset"]
	if err != nil || media != "application/json" || (charset != "" && !strings.EqualFold(charset, "utf-8")) ||
		r.Header.Get("Content-Encoding") != "" {
		unsupported(w)
		return change{}, false
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		fail(w, http.StatusRequestEntityTooLarge, "body_too_large", "The body is larger than 64 KiB")
		return change{}, false
	}
	if err != nil {
		invalid(w, errors.New("the body could not be read"))
		return change{}, false
	}
	if !utf8.Valid(body) {
		unsupported(w)
		return change{}, false
	}
	parsed, err := parseChange(body)
	if err != nil {
		invalid(w, err)
		return change{}, false
	}
	return parsed, true
}

// parseChange goes by way of a map: encoding/json would take members of structs in any case.
func parseChange(body []byte) (change, error) {
	var members map[string]json.RawMessage
	if json.Unmarshal(body, &members) != nil || members == nil {
		return change{}, errors.New("the body must be a JSON object")
	}
	if len(members) == 0 {
		return change{}, errors.New("the body has no member")
	}
	var parsed change
	for name, value := range members {
		var err error
		switch name {
		case "title":
			parsed.Title, err = text(value, 1, 200)
		case "description":
			parsed.SetDescription = true
			if string(value) != "null" {
				parsed.Description, err = text(value, 0, 2000)
			}
		case "completed":
			if string(value) == "null" || json.Unmarshal(value, &parsed.Completed) != nil {
				err = errors.New("must be a boolean")
			}
		default:
			return change{}, errors.New("the body has an unknown member")
		}
		if err != nil {
			return change{}, fmt.Errorf("%s: %w", name, err)
		}
	}
	return parsed, nil
}

func text(value json.RawMessage, least, most int) (*string, error) {
	var text *string
	if json.Unmarshal(value, &text) != nil || text == nil {
		return nil, errors.New("must be a string")
	}
	length := utf8.RuneCountInString(*text)
	if length < least || length > most || strings.ContainsRune(*text, 0) {
		return nil, fmt.Errorf("must have %d to %d characters, and no U+0000", least, most)
	}
	return text, nil
}
