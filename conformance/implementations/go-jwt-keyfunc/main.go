// Command go-jwt-keyfunc is the task API behind golang-jwt and keyfunc.
package main

import (
	"context"
	"log"
	"time"

	"gateproof/taskapi"

	"github.com/golang-jwt/jwt/v5"
)

type settings struct {
	issuer, audience, jwksURL string
	leeway, ttl, cooldown     time.Duration
}

func main() {
	if err := run(); err != nil {
		log.Fatalf("go-jwt-keyfunc: %s", err)
	}
}

func run() error {
	settings, err := readSettings()
	if err != nil {
		return err
	}
	start := startDefault
	if taskapi.Setting("GATEPROOF_VARIANT", "default") == "hardened" {
		start = startHardened
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	gate, err := start(ctx, settings)
	if err != nil {
		return err
	}
	return taskapi.Serve(gate)
}

func readSettings() (settings, error) {
	issuer := taskapi.Setting("BETTER_AUTH_URL", "http://127.0.0.1:3000")
	read := settings{
		issuer:   issuer,
		audience: taskapi.Setting("JWT_AUDIENCE", issuer),
		jwksURL:  taskapi.Setting("BETTER_AUTH_JWKS_URL", issuer+"/.well-known/jwks.json"),
	}
	var err error
	if read.leeway, err = taskapi.Seconds("JWT_LEEWAY", 5); err != nil {
		return settings{}, err
	}
	if read.ttl, err = taskapi.Seconds("JWKS_CACHE_TTL", 3600); err != nil {
		return settings{}, err
	}
	if read.cooldown, err = taskapi.Seconds("JWKS_COOLDOWN", 30); err != nil {
		return settings{}, err
	}
	return read, nil
}

// options are the claims the API is configured to demand.
func (s settings) options() []jwt.ParserOption {
	return []jwt.ParserOption{jwt.WithIssuer(s.issuer), jwt.WithAudience(s.audience), jwt.WithLeeway(s.leeway)}
}
