#!/bin/sh
# Prints random secrets for compose.yaml: sh deploy/secrets.sh > .env.compose
set -eu
umask 077
random() { od -An -N"$1" -tx1 /dev/urandom | tr -d ' \n'; }
cat <<END
AUTH_SECRET=$(random 32)
CRON_SECRET=$(random 24)
POSTGRES_PASSWORD=$(random 24)
S3_ACCESS_KEY_ID=$(random 10)
S3_SECRET_ACCESS_KEY=$(random 32)
END
