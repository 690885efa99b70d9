package main

import (
	"context"
	"errors"
	"slices"
	"time"

	"gateproof/taskapi"

	"github.com/MicahParks/keyfunc/v3"
	"github.com/golang-jwt/jwt/v5"
	"golang.org/x/time/rate"
)

// The defaults of the library are five minutes between look-ups and one minute of waiting for the next, so that a look-up
// too many fails at once. A shorter interval alone would have it wait for most of the interval.
const longestWait = time.Second

type gate struct {
	keys   keyfunc.Keyfunc
	parser *jwt.Parser
	// accept looks at a token before its key is looked for.
	accept func(token *jwt.Token) error
	// watch tells whether a key was looked for and the key set could not be had, which an error of the library does not.
	watch func(context.Context) (ctx context.Context, unavailable func() bool)
}

// startDefault is the README of keyfunc, with the settings that the environment gives.
func startDefault(ctx context.Context, s taskapi.Settings) (taskapi.Gate, error) {
	keys, err := keyfunc.NewDefaultOverrideCtx(ctx, []string{s.JWKSURL}, keyfunc.Override{
		RefreshInterval:   s.TTL,
		RefreshUnknownKID: rate.NewLimiter(rate.Every(s.Cooldown), 1),
		RateLimitWaitMax:  longestWait,
	})
	if err != nil {
		return nil, err
	}
	return &gate{
		keys:   keys,
		parser: jwt.NewParser(options(s)...),
		accept: func(*jwt.Token) error { return nil },
		watch:  func(ctx context.Context) (context.Context, func() bool) { return ctx, func() bool { return false } },
	}, nil
}

func (g *gate) Verify(ctx context.Context, token string) (taskapi.Claims, error) {
	ctx, unavailable := g.watch(ctx)
	parsed, err := g.parser.Parse(token, func(token *jwt.Token) (any, error) {
		if err := g.accept(token); err != nil {
			return nil, err
		}
		return g.keys.KeyfuncCtx(ctx)(token)
	})
	switch {
	case err == nil:
		return shown(parsed.Claims.(jwt.MapClaims))
	case unavailable():
		return taskapi.Claims{}, errors.Join(taskapi.ErrUnavailable, err)
	case onlyExpired(err):
		return taskapi.Claims{}, errors.Join(taskapi.ErrExpired, err)
	default:
		return taskapi.Claims{}, err
	}
}

func (g *gate) Ready(ctx context.Context) bool {
	set, err := g.keys.VerificationKeySet(ctx)
	return err == nil && len(set.Keys) > 0
}

// onlyExpired tells an expired token from one that is expired among other faults: the library joins what it finds.
func onlyExpired(err error) bool {
	others := []error{
		jwt.ErrTokenInvalidAudience, jwt.ErrTokenInvalidIssuer, jwt.ErrTokenInvalidSubject, jwt.ErrTokenNotValidYet,
		jwt.ErrTokenUsedBeforeIssued, jwt.ErrTokenRequiredClaimMissing,
	}
	return errors.Is(err, jwt.ErrTokenExpired) &&
		!slices.ContainsFunc(others, func(other error) bool { return errors.Is(err, other) })
}

func shown(claims jwt.MapClaims) (taskapi.Claims, error) {
	subject, err := claims.GetSubject()
	if err != nil {
		return taskapi.Claims{}, err
	}
	issuer, err := claims.GetIssuer()
	if err != nil {
		return taskapi.Claims{}, err
	}
	expires, _ := claims["exp"].(float64)
	return taskapi.Claims{
		Subject: subject, Email: text(claims["email"]), Name: text(claims["name"]), Expires: expires, Issuer: issuer,
	}, nil
}

func text(claim any) *string {
	if text, ok := claim.(string); ok {
		return &text
	}
	return nil
}
