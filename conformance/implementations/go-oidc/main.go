// Command go-oidc is the task API behind coreos/go-oidc.
package main

import (
	"log"
	"time"

	"gateproof/taskapi"
)

type settings struct {
	issuer, audience, jwksURL string
	leeway, ttl, cooldown     time.Duration
}

func main() {
	if err := run(); err != nil {
		log.Fatalf("go-oidc: %s", err)
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
	gate, err := start(settings)
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
