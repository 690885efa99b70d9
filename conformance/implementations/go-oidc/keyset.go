package main

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"gateproof/taskapi"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/time/rate"
)

var errLimited = errors.New("too many look-ups")

// probe makes a RemoteKeySet fetch, which nothing but a token of an unknown key does.
const probe = "eyJhbGciOiJSUzI1NiIsImtpZCI6Ii0ifQ.e30.AA"

// keySet is an oidc.KeySet that takes a fresh RemoteKeySet every TTL, and goes by the one before until the fresh one can
// be had. RemoteKeySet itself keeps a key for as long as no token makes it look again.
type keySet struct {
	settings     taskapi.Settings
	lookups      *rate.Limiter
	mu           sync.Mutex
	fresh, stale *remote
}

type remote struct {
	*oidc.RemoteKeySet
	since         time.Time
	asked, loaded atomic.Bool
	retired       atomic.Bool
}

func newKeySet(s taskapi.Settings) *keySet {
	return &keySet{settings: s, lookups: rate.NewLimiter(rate.Every(s.Cooldown), 2)}
}

func (k *keySet) VerifySignature(ctx context.Context, token string) ([]byte, error) {
	if err := acceptForm(token); err != nil {
		return nil, err
	}
	fresh, stale := k.sets()
	payload, err := fresh.verify(ctx, token)
	missing := !fresh.loaded.Load()
	if missing && stale != nil {
		payload, err = stale.verify(ctx, token)
	}
	// The verifier does not wrap the error of a key set.
	unavailable := errors.Is(err, taskapi.ErrKeySet) || (missing && errors.Is(err, errLimited))
	if failed, ok := ctx.Value(failureKey{}).(*atomic.Bool); ok && unavailable {
		failed.Store(true)
	}
	return payload, err
}

// load tells whether there are keys; where there are none it asks for them.
func (k *keySet) load(ctx context.Context) bool {
	fresh, stale := k.sets()
	if stale == nil && !fresh.loaded.Load() {
		_, _ = fresh.verify(ctx, probe)
	}
	return stale != nil || fresh.loaded.Load()
}

func (k *keySet) sets() (fresh, stale *remote) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.fresh == nil {
		k.fresh = k.newRemote()
	}
	if k.fresh.loaded.Load() && time.Since(k.fresh.since) > k.settings.TTL {
		k.fresh.retired.Store(true)
		k.fresh, k.stale = k.newRemote(), k.fresh
	}
	return k.fresh, k.stale
}

func (k *keySet) newRemote() *remote {
	fresh := &remote{since: time.Now()}
	client := taskapi.KeySetClient(func() error {
		// The first fetch of a set is no look-up.
		if fresh.retired.Load() || (fresh.asked.Swap(true) && !k.lookups.Allow()) {
			return errLimited
		}
		return nil
	})
	fresh.RemoteKeySet = oidc.NewRemoteKeySet(oidc.ClientContext(context.Background(), client), k.settings.JWKSURL)
	return fresh
}

func (r *remote) verify(ctx context.Context, token string) ([]byte, error) {
	payload, err := r.VerifySignature(ctx, token)
	if ctx.Err() == nil && !errors.Is(err, errLimited) && !errors.Is(err, taskapi.ErrKeySet) {
		r.loaded.Store(true)
	}
	return payload, err
}
