#!/bin/sh
# Makes the secrets of docker-compose.yml where they are missing: `secrets.sh DATABASE_FOLDER GRAFANA_FOLDER`.
# Each is made once and kept in a volume, so that no password stands in any file of the project.
set -eu
umask 022

random() {
    head -c 24 /dev/urandom | od -An -v -t x1 | tr -d ' \n'
}

database=$1
grafana=$2

# The URL is written last: where it stands, the password stands, too.
if [ ! -s "$database/url" ]; then
    password=$(random)
    printf %s "$password" > "$database/password"
    printf %s "postgresql+psycopg://rasid:$password@postgres:5432/rasid" > "$database/url.new"
    mv "$database/url.new" "$database/url"
fi

if [ ! -s "$database/page_token" ]; then
    random > "$database/page_token.new"
    mv "$database/page_token.new" "$database/page_token"
fi

if [ ! -s "$grafana/admin_password" ]; then
    random > "$grafana/admin_password.new"
    mv "$grafana/admin_password.new" "$grafana/admin_password"
fi
