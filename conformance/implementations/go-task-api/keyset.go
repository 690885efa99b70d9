package taskapi

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"slices"
	"time"
)

const (
	maxKeySet    = 256 << 10
	fetchTimeout = 5 * time.Second
)

// ErrKeySet means that what the issuer answered is no key set to verify with.
var ErrKeySet = errors.New("no usable key set")

// KeySetClient is for libraries that let their users replace the HTTP client they fetch key sets with. It fails within 5 s
// for anything but a key set of at most 256 KiB with status 200, follows no redirect, and hands on only the keys that may
// verify RS256 signatures. A fetch that allow does not let through fails with its error.
func KeySetClient(allow func() error) *http.Client {
	return &http.Client{Timeout: fetchTimeout, Transport: keySetTransport{allow}}
}

type keySetTransport struct{ allow func() error }

func (t keySetTransport) RoundTrip(request *http.Request) (*http.Response, error) {
	if err := t.allow(); err != nil {
		return nil, err
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		return nil, errors.Join(ErrKeySet, err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%w: status %d", ErrKeySet, response.StatusCode)
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxKeySet+1))
	if err != nil {
		return nil, errors.Join(ErrKeySet, err)
	}
	if len(body) > maxKeySet {
		return nil, fmt.Errorf("%w: larger than %d bytes", ErrKeySet, maxKeySet)
	}
	keys, err := signingKeys(body)
	if err != nil {
		return nil, err
	}
	response.Body, response.ContentLength = io.NopCloser(bytes.NewReader(keys)), int64(len(keys))
	return response, nil
}

// signingKeys is the same key set with the keys alone that may verify RS256 signatures, and of these only what that needs.
func signingKeys(document []byte) ([]byte, error) {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(document, &set); err != nil {
		return nil, errors.Join(ErrKeySet, err)
	}
	usable := []map[string]any{}
	for _, raw := range set.Keys {
		var key map[string]any
		if json.Unmarshal(raw, &key) == nil && isSigningKey(key) {
			usable = append(usable, map[string]any{
				"kty": "RSA", "use": "sig", "alg": "RS256", "kid": key["kid"], "n": key["n"], "e": key["e"],
			})
		}
	}
	if len(usable) == 0 {
		return nil, ErrKeySet
	}
	return json.Marshal(map[string]any{"keys": usable})
}

// isSigningKey holds a key against RFC 7517 §4.2 to §4.4 and RFC 7518 §3.3.
func isSigningKey(key map[string]any) bool {
	kid, _ := key["kid"].(string)
	operations, limited := key["key_ops"]
	if list, _ := operations.([]any); limited && !slices.Contains(list, any("verify")) {
		return false
	}
	modulus, exponent := integer(key["n"]), integer(key["e"])
	return key["kty"] == "RSA" && kid != "" && absentOr(key, "use", "sig") && absentOr(key, "alg", "RS256") &&
		modulus.BitLen() >= 2048 && modulus.BitLen() <= 8192 &&
		exponent.BitLen() >= 2 && exponent.BitLen() <= 31 && exponent.Bit(0) == 1
}

func absentOr(key map[string]any, name, wanted string) bool {
	value, found := key[name]
	return !found || value == wanted
}

// integer reads Base64urlUInt (RFC 7518 §2); 0 is what is none.
func integer(value any) *big.Int {
	text, _ := value.(string)
	bytes, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil {
		return new(big.Int)
	}
	return new(big.Int).SetBytes(bytes)
}
