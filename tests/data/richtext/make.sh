#!/bin/sh
# Makes written.rtf of written.fodt with LibreOffice 7.
set -e
cd "$(dirname "$0")"
profile=$(mktemp -d)
soffice "-env:UserInstallation=file://$profile" --headless --convert-to rtf written.fodt >/dev/null
rm -r "$profile"
