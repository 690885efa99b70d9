package main

import (
	"context"
	"crypto/rsa"
	"errors"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"gateproof/taskapi"

	"github.com/MicahParks/jwkset"
	"github.com/MicahParks/keyfunc/v3"
	"github.com/golang-jwt/jwt/v5"
	"golang.org/x/time/rate"
)

type failureKey struct{}

// startHardened sets what both libraries document beyond their first example.
func startHardened(ctx context.Context, s taskapi.Settings) (taskapi.Gate, error) {
	refuseToStart := false
	client, err := keyfunc.NewDefaultOverrideCtx(ctx, []string{s.JWKSURL}, keyfunc.Override{
		Client: &http.Client{
			Timeout:       5 * time.Second,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		HTTPTimeout:               5 * time.Second,
		NoErrorReturnFirstHTTPReq: &refuseToStart,
		RateLimitWaitMax:          time.Second,
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
		return nil, errors.New("the key set cannot be had from BETTER_AUTH_JWKS_URL")
	}
	keys, err := keyfunc.New(keyfunc.Options{
		Ctx: ctx, Storage: client.Storage(), UseWhitelist: []jwkset.USE{jwkset.UseSig, ""},
	})
	if err != nil {
		return nil, err
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
func acceptStrictly(token *jwt.Token, key any) error {
	if kind, found := token.Header["typ"]; found && !slices.Contains([]any{"JWT", "jwt", "at+jwt", "application/at+jwt"}, kind) {
		return errors.New("not an access token")
	}
	if public, ok := key.(*rsa.PublicKey); ok && public.N.BitLen() < 2048 {
		return errors.New("the key is too small")
	}
	if subject, err := token.Claims.GetSubject(); err != nil || subject == "" {
		return errors.New("no subject")
	}
	_, err := token.Claims.GetIssuedAt()
	return err
}
