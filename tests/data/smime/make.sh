#!/bin/sh
# Makes the messages beside it with OpenSSL 3. The words in them are those that bench/hiding/smime.py expects.
set -e
cd "$(dirname "$0")"
work=$(mktemp -d)
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 36500 -subj "/CN=Test Signer" \
    -keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null
sign="openssl cms -sign -signer $work/cert.pem -inkey $work/key.pem -binary"
text() { printf 'Content-Type: text/plain\r\n\r\nA word: %s\r\n' "$1"; }

text QXPFYQLJQZOBJH | $sign -nodetach -outform DER -out signed.p7m
printf 'Content-Type: text/html\r\n\r\n<html><p>A word: %s</p></html>\r\n' QXIIEOVKHWPAHP |
    $sign -nodetach -stream -outform DER -out streamed.p7m
text QXBRHJLCSUOKOU | $sign -from a@corp.example -to b@corp.example -subject Report -outform SMIME -out clear.eml
printf 'Content-Type: text/plain; name="note.txt"\r\nContent-Transfer-Encoding: base64\r\n\r\n%s\r\n' \
    "$(printf 'A word: QXCNTOVXXGDVEH' | base64)" |
    $sign -nodetach -from a@corp.example -to b@corp.example -subject Report -outform SMIME -out opaque.eml
text nothing | $sign -outform DER -out detached.p7s
text nothing | openssl cms -encrypt -aes128 -outform DER -out sealed.p7m "$work/cert.pem"
text nothing | openssl cms -digest_create -binary -outform DER -out digested.p7m
openssl crl2pkcs7 -nocrl -certfile "$work/cert.pem" -outform DER -out certificates.p7c
rm -r "$work"
