module gateproof/go-oidc

go 1.26.0

require (
	gateproof/taskapi v0.0.0
	github.com/coreos/go-oidc/v3 v3.21.0
	golang.org/x/time v0.16.0
)

require (
	github.com/go-jose/go-jose/v4 v4.1.8 // indirect
	github.com/google/uuid v1.6.0 // indirect
	golang.org/x/oauth2 v0.37.0 // indirect
)

replace gateproof/taskapi => ../go-task-api
