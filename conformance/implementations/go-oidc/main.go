// Command go-oidc is the task API behind coreos/go-oidc.
package main

import (
	"context"

	"gateproof/taskapi"
)

func main() {
	taskapi.Run("go-oidc", func(ctx context.Context, s taskapi.Settings) (taskapi.Gate, error) {
		if s.Hardened {
			return startHardened(ctx, s)
		}
		return startDefault(s)
	})
}
