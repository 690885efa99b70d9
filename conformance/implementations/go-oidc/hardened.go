package main

import (
	"context"
	"encoding/json"
	"errors"
	"sync/atomic"
	"time"

	"gateproof/taskapi"

	"github.com/coreos/go-oidc/v3/oidc"
)

type failureKey struct{}

// startHardened sets what the package lets its users replace: the HTTP client, the clock and the key set.
func startHardened(ctx context.Context, s taskapi.Settings) (taskapi.Gate, error) {
	keys := newKeySet(s)
	keys.load(ctx)
	return &gate{
		verifier: oidc.NewVerifier(s.Issuer, keys, &oidc.Config{
			ClientID: s.Audience,
			Now:      func() time.Time { return time.Now().Add(-s.Leeway) },
		}),
		accept: func(token *oidc.IDToken) error { return accept(token, s.Leeway) },
		watch: func(ctx context.Context) (context.Context, func() bool) {
			failed := new(atomic.Bool)
			return context.WithValue(ctx, failureKey{}, failed), failed.Load
		},
		ready: keys.load,
	}, nil
}

// accept demands a subject and times that are numbers, and holds nbf to the leeway of the API in place of five minutes.
func accept(token *oidc.IDToken, leeway time.Duration) error {
	var claims map[string]json.RawMessage
	if err := token.Claims(&claims); err != nil {
		return err
	}
	for _, name := range []string{"exp", "nbf", "iat"} {
		claim, found := claims[name]
		if !found {
			continue
		}
		var at *float64
		if json.Unmarshal(claim, &at) != nil || at == nil {
			return errors.New("a time that is no number")
		}
		if name == "nbf" && *at > float64(time.Now().Add(leeway).Unix()) {
			return errors.New("not valid yet")
		}
	}
	if token.Subject == "" {
		return errors.New("no subject")
	}
	return nil
}

// acceptForm refuses for its header what the verifier leaves to its key set, or would look at with a key only.
func acceptForm(token string) error {
	header, _, err := taskapi.Parts(token)
	if err != nil {
		return err
	}
	if kid, _ := header["kid"].(string); kid == "" {
		return errors.New("names no key")
	}
	if _, found := header["crit"]; found {
		return errors.New("needs an extension")
	}
	if !taskapi.IsAccessToken(header) {
		return errors.New("not an access token")
	}
	return nil
}
