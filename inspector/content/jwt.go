package content

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// JWT is a JSON Web Token in JWS Compact Serialization (RFC 7519, RFC 7515
// section 7.1) that was read without checking its signature.
type JWT struct {
	// Header and Claims are the decoded JSON objects; their numbers are
	// json.Number. HeaderJSON and ClaimsJSON are the same as sent.
	Header, Claims         map[string]any
	HeaderJSON, ClaimsJSON []byte
	// Alg, Kid and Typ are from the header, "" if absent.
	Alg, Kid, Typ string
	// Iss, Sub and Aud are claims; Aud has one member if it was a string.
	Iss, Sub string
	Aud      []string
	// Scope is the claim scope (RFC 8693 section 4.2) or scp, as one string
	// with spaces.
	Scope string
	// Exp, Nbf and Iat are nil if absent or not usable; Problems says which.
	Exp, Nbf, Iat *time.Time
	// Signature is the third part as sent. It is a secret: do not show it.
	Signature string
	// Problems are remarks on a token that can be read but that a server may
	// reject, e.g. "exp is a string, not a number".
	Problems []string
}

// JWTErrorKind classifies tokens that cannot be read.
type JWTErrorKind string

// The kinds of unreadable tokens.
const (
	// JWTParts: not three parts separated by dots.
	JWTParts JWTErrorKind = "parts"
	// JWTBase64: a part is not base64url without padding (RFC 7515 section 2).
	JWTBase64 JWTErrorKind = "base64url"
	// JWTJSON: a part is not a JSON object.
	JWTJSON JWTErrorKind = "json"
	// JWTTruncated: the token was cut off.
	JWTTruncated JWTErrorKind = "truncated"
	// JWTEncrypted: a JWE (RFC 7516); only its recipient can read the claims.
	JWTEncrypted JWTErrorKind = "encrypted"
)

// JWTError says why a token cannot be read. Its message holds no part of the
// token beyond single characters.
type JWTError struct {
	Kind    JWTErrorKind
	Message string
}

func (e *JWTError) Error() string { return e.Message }

func jwtError(kind JWTErrorKind, format string, args ...any) error {
	return &JWTError{kind, fmt.Sprintf(format, args...)}
}

// ParseJWT reads a token without its scheme and without verifying it. Errors
// are of type *JWTError.
func ParseJWT(s string) (*JWT, error) {
	if strings.Contains(s, "...") || strings.Contains(s, "…") {
		return nil, jwtError(JWTTruncated, "the token contains an ellipsis: it was copied from a display that shortens it")
	}
	parts := strings.Split(s, ".")
	if err := countParts(parts); err != nil {
		return nil, err
	}
	t := &JWT{Signature: parts[2]}
	var err error
	if t.HeaderJSON, t.Header, err = jwtPart("header", parts[0]); err != nil {
		return nil, err
	}
	if t.ClaimsJSON, t.Claims, err = jwtPart("claims", parts[1]); err != nil {
		return nil, err
	}
	t.readHeader()
	t.readClaims()
	if _, err := base64.RawURLEncoding.DecodeString(t.Signature); err != nil {
		t.problem("the signature is not base64url: %s", base64Reason(t.Signature))
	}
	return t, nil
}

func countParts(parts []string) error {
	switch len(parts) {
	case 3:
		return nil
	case 1:
		return jwtError(JWTParts, "the token has 1 part, a JWT has 3 separated by dots")
	case 2:
		return jwtError(JWTParts, "the token has 2 parts, a JWT has 3: the signature and the dot before it are missing")
	case 5:
		return jwtError(JWTEncrypted, "the token has 5 parts: it is encrypted (JWE) and only its recipient can read it")
	default:
		return jwtError(JWTParts, "the token has %d parts, a JWT has 3", len(parts))
	}
}

func jwtPart(name, part string) ([]byte, map[string]any, error) {
	if part == "" {
		return nil, nil, jwtError(JWTJSON, "the %s part is empty", name)
	}
	text, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		if len(part)%4 == 1 && base64URL(part) {
			return nil, nil, jwtError(JWTTruncated, "the %s part is cut off: %d characters cannot be base64url", name, len(part))
		}
		return nil, nil, jwtError(JWTBase64, "the %s part is not base64url: %s", name, base64Reason(part))
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var object map[string]any
	err = d.Decode(&object)
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF):
		return text, nil, jwtError(JWTTruncated, "the %s part is cut off: its JSON ends after %d bytes", name, len(text))
	case errors.As(err, &syntax):
		return text, nil, jwtError(JWTJSON, "the %s part is not JSON: %s at byte %d", name, syntax.Error(), syntax.Offset)
	case err != nil || object == nil:
		return text, nil, jwtError(JWTJSON, "the %s part is JSON but not an object", name)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return text, nil, jwtError(JWTJSON, "the %s part has data behind its JSON object", name)
	}
	return text, object, nil
}

// base64URL reports whether s consists of the base64url alphabet.
func base64URL(s string) bool {
	for i := range len(s) {
		if !isBase64URL(s[i]) {
			return false
		}
	}
	return true
}

func isBase64URL(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_'
}

func base64Reason(s string) string {
	for i := range len(s) {
		switch c := s[i]; {
		case isBase64URL(c):
		case c == '=':
			return fmt.Sprintf("it is padded with '=' at character %d, which JWTs leave out", i+1)
		case c == '+' || c == '/':
			return fmt.Sprintf("character %d is %q of plain base64; JWTs use '-' and '_'", i+1, c)
		default:
			return fmt.Sprintf("character %d is %q", i+1, c)
		}
	}
	return fmt.Sprintf("%d characters cannot be base64url", len(s))
}

func (t *JWT) problem(format string, args ...any) {
	t.Problems = append(t.Problems, fmt.Sprintf(format, args...))
}

func (t *JWT) readHeader() {
	t.Alg = t.text(t.Header, "alg")
	t.Kid = t.text(t.Header, "kid")
	t.Typ = t.text(t.Header, "typ")
	if _, ok := t.Header["alg"]; !ok {
		t.problem("the header has no alg, which RFC 7515 section 4.1.1 requires")
	}
}

func (t *JWT) readClaims() {
	t.Iss = t.text(t.Claims, "iss")
	t.Sub = t.text(t.Claims, "sub")
	t.Aud = t.list("aud")
	name := "scope"
	if _, ok := t.Claims[name]; !ok {
		name = "scp"
	}
	t.Scope = strings.Join(t.list(name), " ")
	t.Exp, t.Nbf, t.Iat = t.date("exp"), t.date("nbf"), t.date("iat")
}

func (t *JWT) text(from map[string]any, name string) string {
	v, ok := from[name]
	if !ok {
		return ""
	}
	s, ok := v.(string)
	if !ok {
		t.problem("%s is %s, not a string", name, jsonType(v))
	}
	return s
}

// list reads a claim that is a string or an array of strings.
func (t *JWT) list(name string) []string {
	switch v := t.Claims[name].(type) {
	case nil:
		return nil
	case string:
		return []string{v}
	case []any:
		texts := make([]string, 0, len(v))
		for _, member := range v {
			s, ok := member.(string)
			if !ok {
				t.problem("%s contains %s, not only strings", name, jsonType(member))
				return nil
			}
			texts = append(texts, s)
		}
		return texts
	default:
		t.problem("%s is %s, not a string or a list of strings", name, jsonType(v))
		return nil
	}
}

func jsonType(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "a boolean"
	case string:
		return "a string"
	case json.Number:
		return "a number"
	case []any:
		return "a list"
	default:
		return "an object"
	}
}
