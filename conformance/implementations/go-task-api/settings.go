package taskapi

import (
	"fmt"
	"os"
	"strconv"
	"time"
)

// Settings are what a backend under test finds in its environment.
type Settings struct {
	Issuer, Audience, JWKSURL string
	Leeway, TTL, Cooldown     time.Duration
	// Hardened asks for the documented settings that repair what the defaults leave open.
	Hardened bool
}

func readSettings() (Settings, error) {
	issuer := setting("BETTER_AUTH_URL", "http://127.0.0.1:3000")
	read := Settings{
		Issuer:   issuer,
		Audience: setting("JWT_AUDIENCE", issuer),
		JWKSURL:  setting("BETTER_AUTH_JWKS_URL", issuer+"/.well-known/jwks.json"),
		Hardened: setting("GATEPROOF_VARIANT", "default") == "hardened",
	}
	var err error
	if read.Leeway, err = seconds("JWT_LEEWAY", 5); err != nil {
		return Settings{}, err
	}
	if read.TTL, err = seconds("JWKS_CACHE_TTL", 3600); err != nil {
		return Settings{}, err
	}
	if read.Cooldown, err = seconds("JWKS_COOLDOWN", 30); err != nil {
		return Settings{}, err
	}
	return read, nil
}

// setting is an environment variable, or what holds where it is not set.
func setting(name, fallback string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return fallback
}

// seconds is an environment variable with a number of seconds.
func seconds(name string, fallback float64) (time.Duration, error) {
	value, err := strconv.ParseFloat(setting(name, strconv.FormatFloat(fallback, 'f', -1, 64)), 64)
	if err != nil || value < 0 {
		return 0, fmt.Errorf("%s must be a number of seconds, 0 or more", name)
	}
	return time.Duration(value * float64(time.Second)), nil
}
