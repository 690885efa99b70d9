// Command go-jwt-keyfunc is the task API behind golang-jwt and keyfunc.
package main

import (
	"context"

	"gateproof/taskapi"

	"github.com/golang-jwt/jwt/v5"
)

func main() {
	taskapi.Run("go-jwt-keyfunc", func(ctx context.Context, s taskapi.Settings) (taskapi.Gate, error) {
		if s.Hardened {
			return startHardened(ctx, s)
		}
		return startDefault(ctx, s)
	})
}

// options are the claims the API is configured to demand.
func options(s taskapi.Settings) []jwt.ParserOption {
	return []jwt.ParserOption{jwt.WithIssuer(s.Issuer), jwt.WithAudience(s.Audience), jwt.WithLeeway(s.Leeway)}
}
