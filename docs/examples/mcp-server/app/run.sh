#!/bin/sh
# Keep connections longer than the web adapter, which drops idle ones after 4 seconds, and end within
# the time that Lambda leaves after SIGTERM.
set -eu
exec python3 -m uvicorn app.main:app --host 127.0.0.1 --port "$AWS_LWA_PORT" \
  --timeout-keep-alive 75 --timeout-graceful-shutdown 1
