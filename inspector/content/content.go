// Package content reads what HTTP messages carry: content codings, character
// sets, JSON, forms, multipart, event streams, gRPC frames and JSON Web
// Tokens, and hides secrets where any of it is shown.
//
// Nothing in it fails because of what a peer sent: a broken body yields what
// could be read of it and an error that says where and why it broke.
package content
