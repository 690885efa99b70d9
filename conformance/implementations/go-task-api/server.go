// Package taskapi is the task API of the contract, in memory, behind whatever verifier it is given.
package taskapi

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"
)

// Serve answers on HOST and PORT until SIGTERM or SIGINT.
func Serve(gate Gate) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	server := &http.Server{
		Addr:              net.JoinHostPort(Setting("HOST", "127.0.0.1"), Setting("PORT", "8000")),
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

// Setting is an environment variable, or what holds where it is not set.
func Setting(name, fallback string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return fallback
}

// Seconds is an environment variable with a number of seconds.
func Seconds(name string, fallback float64) (time.Duration, error) {
	value, err := strconv.ParseFloat(Setting(name, strconv.FormatFloat(fallback, 'f', -1, 64)), 64)
	if err != nil || value < 0 {
		return 0, fmt.Errorf("%s must be a number of seconds, 0 or more", name)
	}
	return time.Duration(value * float64(time.Second)), nil
}
