package taskapi

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"unicode/utf8"
)

var errForm = errors.New("not the compact form of a JWT")

// Parts are the header and the claims of a token, for hooks that get the token itself. Stricter than encoding/json, which
// takes bytes that are no UTF-8: three segments of base64url without trailing bits, the first two of them JSON objects.
func Parts(token string) (header, claims map[string]any, err error) {
	segments := strings.Split(token, ".")
	if len(segments) != 3 {
		return nil, nil, errForm
	}
	decoded := make([][]byte, len(segments))
	for at, segment := range segments {
		if decoded[at], err = base64.RawURLEncoding.Strict().DecodeString(segment); err != nil {
			return nil, nil, errForm
		}
	}
	for at, object := range []*map[string]any{&header, &claims} {
		if !utf8.Valid(decoded[at]) || json.Unmarshal(decoded[at], object) != nil || *object == nil {
			return nil, nil, errForm
		}
	}
	return header, claims, nil
}

// IsAccessToken tells whether a header calls its token an access token, or says nothing of its kind (RFC 9068 §2.1).
func IsAccessToken(header map[string]any) bool {
	typ, found := header["typ"]
	kind, _ := typ.(string)
	kind = strings.TrimPrefix(strings.ToLower(kind), "application/")
	return !found || kind == "jwt" || kind == "at+jwt"
}
