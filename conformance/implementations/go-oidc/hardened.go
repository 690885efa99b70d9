package main

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"gateproof/taskapi"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/time/rate"
)

// startHardened sets what the package lets its users replace: the HTTP client, the clock and the key set.
func startHardened(s taskapi.Settings) (taskapi.Gate, error) {
	keys := &keySet{settings: s}
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
	}, nil
}

// accept demands a subject, and holds nbf to the leeway of the API in place of five minutes.
func accept(token *oidc.IDToken, leeway time.Duration) error {
	var claims struct {
		NotBefore *float64 `json:"nbf"`
		IssuedAt  *float64 `json:"iat"`
	}
	if err := token.Claims(&claims); err != nil {
		return err
	}
	if claims.NotBefore != nil && *claims.NotBefore > float64(time.Now().Add(leeway).Unix()) {
		return errors.New("not valid yet")
	}
	if token.Subject == "" {
		return errors.New("no subject")
	}
	return nil
}

type failureKey struct{}

var (
	errUnavailable = errors.New("the key set cannot be had")
	errLimited     = errors.New("too many look-ups")
)

// keySet is an oidc.KeySet that takes a fresh RemoteKeySet every TTL, and goes by the one before until the fresh one can
// be had. RemoteKeySet itself keeps a key for as long as no token makes it look again.
type keySet struct {
	settings     taskapi.Settings
	mu           sync.Mutex
	fresh, stale *oidc.RemoteKeySet
	since        time.Time
}

func (k *keySet) VerifySignature(ctx context.Context, token string) ([]byte, error) {
	fresh, stale := k.sets()
	payload, err := fresh.VerifySignature(ctx, token)
	if stale != nil && (errors.Is(err, errUnavailable) || errors.Is(err, errLimited)) {
		payload, err = stale.VerifySignature(ctx, token)
	}
	// The verifier does not wrap the error of a key set.
	if failed, ok := ctx.Value(failureKey{}).(*atomic.Bool); ok && errors.Is(err, errUnavailable) {
		failed.Store(true)
	}
	return payload, err
}

func (k *keySet) sets() (fresh, stale *oidc.RemoteKeySet) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.fresh == nil || time.Since(k.since) > k.settings.TTL {
		k.fresh, k.stale, k.since = k.remote(), k.fresh, time.Now()
	}
	return k.fresh, k.stale
}

func (k *keySet) remote() *oidc.RemoteKeySet {
	client := &http.Client{
		Timeout:       5 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport:     &transport{limiter: rate.NewLimiter(rate.Every(k.settings.Cooldown), 2)},
	}
	return oidc.NewRemoteKeySet(oidc.ClientContext(context.Background(), client), k.settings.JWKSURL)
}

// transport bounds how often a key set is asked for, and how large it may be.
type transport struct{ limiter *rate.Limiter }

func (t *transport) RoundTrip(request *http.Request) (*http.Response, error) {
	if !t.limiter.Allow() {
		return nil, errLimited
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		return nil, errors.Join(errUnavailable, err)
	}
	if response.StatusCode != http.StatusOK {
		_ = response.Body.Close()
		return nil, errUnavailable
	}
	response.Body = http.MaxBytesReader(nil, response.Body, 256<<10)
	return response, nil
}
