#!/bin/sh
# The function's handler: the web adapter's bootstrap runs it at the root of the Lambda zip.
# One uvicorn process and one event loop serve every request of the execution environment.
#
#   keep-alive          longer than the adapter's pool keeps an idle connection (4 s)
#   graceful shutdown   Lambda kills what still runs soon after it asks for the end
#   no access log       the application logs its requests itself, as JSON
#   no concurrency limit: Lambda admits no more than the function takes, and uvicorn's own limit
#                       would refuse requests that Lambda has admitted
set -eu
cd "$(dirname "$0")"
exec python3 -m uvicorn app.main:app \
    --host 127.0.0.1 \
    --port "${AWS_LWA_PORT:-${PORT:-8080}}" \
    --http httptools \
    --loop uvloop \
    --lifespan on \
    --timeout-keep-alive 75 \
    --timeout-graceful-shutdown 1 \
    --no-server-header \
    --no-access-log \
    --log-config app/logging.json
