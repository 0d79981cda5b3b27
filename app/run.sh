#!/bin/sh
# The function's handler: the web adapter's bootstrap runs it at the root of the Lambda zip.
# It becomes the server, which so gets Lambda's SIGTERM.
set -eu
cd "$(dirname "$0")"
# Where dependencies are that have a layer of their own (the setting `dependencies`).
export PYTHONPATH="/opt/python${PYTHONPATH:+:$PYTHONPATH}"
exec python3 -m app.serve
