package main

import (
	"context"
	"errors"
	"sync/atomic"

	"gateproof/taskapi"

	"github.com/MicahParks/keyfunc/v3"
	"github.com/golang-jwt/jwt/v5"
	"golang.org/x/time/rate"
)

type failureKey struct{}

// startHardened sets what both libraries document beyond their first example.
func startHardened(ctx context.Context, s taskapi.Settings) (taskapi.Gate, error) {
	refuseToStart := false
	keys, err := keyfunc.NewDefaultOverrideCtx(ctx, []string{s.JWKSURL}, keyfunc.Override{
		// The limit is the library's own.
		Client:                    taskapi.KeySetClient(func() error { return nil }),
		NoErrorReturnFirstHTTPReq: &refuseToStart,
		RateLimitWaitMax:          longestWait,
		RefreshInterval:           s.TTL,
		RefreshUnknownKID:         rate.NewLimiter(rate.Every(s.Cooldown), 2),
		RefreshErrorHandlerFunc: func(string) func(context.Context, error) {
			// The only place where a failed look-up shows: for the caller it is a key that was not found.
			return func(ctx context.Context, _ error) {
				if failed, ok := ctx.Value(failureKey{}).(*atomic.Bool); ok {
					failed.Store(true)
				}
			}
		},
	})
	if err != nil {
		return nil, errors.New("no usable key set at BETTER_AUTH_JWKS_URL")
	}
	strict := []jwt.ParserOption{
		jwt.WithValidMethods([]string{jwt.SigningMethodRS256.Alg()}), jwt.WithExpirationRequired(), jwt.WithStrictDecoding(),
	}
	return &gate{
		keys:   keys,
		parser: jwt.NewParser(append(options(s), strict...)...),
		accept: acceptStrictly,
		watch: func(ctx context.Context) (context.Context, func() bool) {
			failed := new(atomic.Bool)
			return context.WithValue(ctx, failureKey{}, failed), failed.Load
		},
	}, nil
}

// acceptStrictly checks what the parser has read and leaves to the Keyfunc of its user.
func acceptStrictly(token *jwt.Token) error {
	header, _, err := taskapi.Parts(token.Raw)
	if err != nil {
		return err
	}
	if !taskapi.IsAccessToken(header) {
		return errors.New("not an access token")
	}
	if subject, err := token.Claims.GetSubject(); err != nil || subject == "" {
		return errors.New("no subject")
	}
	_, err = token.Claims.GetIssuedAt()
	return err
}
