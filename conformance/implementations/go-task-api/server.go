// Package taskapi is the task API of the contract, in memory, behind whatever verifier it is given.
package taskapi

import (
	"context"
	"errors"
	"log"
	"log/slog"
	"net"
	"net/http"
	"os/signal"
	"syscall"
	"time"
)

// Run is the whole of a server: it reads the settings, starts the gate and serves until it is told to end.
func Run(name string, start func(context.Context, Settings) (Gate, error)) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if err := run(ctx, start); err != nil {
		log.Fatalf("%s: %s", name, err)
	}
}

func run(ctx context.Context, start func(context.Context, Settings) (Gate, error)) error {
	settings, err := readSettings()
	if err != nil {
		return err
	}
	gate, err := start(ctx, settings)
	if err != nil {
		return err
	}
	return serve(gate)
}

// serve answers on HOST and PORT until SIGTERM or SIGINT.
func serve(gate Gate) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	server := &http.Server{
		Addr:              net.JoinHostPort(setting("HOST", "127.0.0.1"), setting("PORT", "8000")),
		Handler:           New(gate),
		ReadHeaderTimeout: 10 * time.Second,
	}
	context.AfterFunc(ctx, func() {
		ending, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if server.Shutdown(ending) != nil {
			_ = server.Close()
		}
	})
	slog.Info("listening", "address", server.Addr)
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
