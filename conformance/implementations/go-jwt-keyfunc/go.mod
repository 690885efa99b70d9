module gateproof/go-jwt-keyfunc

go 1.26.0

require (
	gateproof/taskapi v0.0.0
	github.com/MicahParks/keyfunc/v3 v3.9.1
	github.com/golang-jwt/jwt/v5 v5.3.1
	golang.org/x/time v0.16.0
)

require (
	github.com/MicahParks/jwkset v0.11.4 // indirect
	github.com/google/uuid v1.6.0 // indirect
)

replace gateproof/taskapi => ../go-task-api
