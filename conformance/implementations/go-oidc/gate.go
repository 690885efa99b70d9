package main

import (
	"context"
	"errors"

	"gateproof/taskapi"

	"github.com/coreos/go-oidc/v3/oidc"
)

type gate struct {
	verifier *oidc.IDTokenVerifier
	// accept looks at what the library leaves to its users.
	accept func(*oidc.IDToken) error
	// watch tells whether the key set could not be had, which an error of the library does not.
	watch func(context.Context) (ctx context.Context, unavailable func() bool)
	// ready tells whether there are keys.
	ready func(context.Context) bool
}

// startDefault is the example of NewVerifier: a key set, an issuer and the audience.
func startDefault(s taskapi.Settings) (taskapi.Gate, error) {
	keys := oidc.NewRemoteKeySet(context.Background(), s.JWKSURL)
	return &gate{
		verifier: oidc.NewVerifier(s.Issuer, keys, &oidc.Config{ClientID: s.Audience}),
		accept:   func(*oidc.IDToken) error { return nil },
		watch:    func(ctx context.Context) (context.Context, func() bool) { return ctx, func() bool { return false } },
		// Keys are fetched when the first token comes, and nothing shows whether there are any.
		ready: func(context.Context) bool { return true },
	}, nil
}

func (g *gate) Verify(ctx context.Context, token string) (taskapi.Claims, error) {
	ctx, unavailable := g.watch(ctx)
	verified, err := g.verifier.Verify(ctx, token)
	if unavailable() {
		return taskapi.Claims{}, errors.Join(taskapi.ErrUnavailable, err)
	}
	// A token without exp counts as one that has expired in the year 1.
	if expired, ok := errors.AsType[*oidc.TokenExpiredError](err); ok && !expired.Expiry.IsZero() {
		return taskapi.Claims{}, errors.Join(taskapi.ErrExpired, err)
	}
	if err != nil {
		return taskapi.Claims{}, err
	}
	if err := g.accept(verified); err != nil {
		return taskapi.Claims{}, err
	}
	var shown struct {
		Email any `json:"email"`
		Name  any `json:"name"`
	}
	if err := verified.Claims(&shown); err != nil {
		return taskapi.Claims{}, err
	}
	return taskapi.Claims{
		Subject: verified.Subject, Email: text(shown.Email), Name: text(shown.Name),
		Expires: float64(verified.Expiry.Unix()), Issuer: verified.Issuer,
	}, nil
}

func (g *gate) Ready(ctx context.Context) bool { return g.ready(ctx) }

func text(claim any) *string {
	if text, ok := claim.(string); ok {
		return &text
	}
	return nil
}
