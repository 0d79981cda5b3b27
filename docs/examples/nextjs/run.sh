#!/bin/sh
# Next.js listens on $HOSTNAME: under the machine's own name the web adapter would not reach it.
cd app
exec env HOSTNAME=127.0.0.1 PORT="$AWS_LWA_PORT" NEXT_TELEMETRY_DISABLED=1 node --require ./single-headers.js server.js
