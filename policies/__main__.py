"""Serves the policy pack to the engine until that ends it. See `lmi`."""

# ruff: noqa: E402

import gc

gc.freeze()  # the SDK, loaded by now, stays for good: it is no garbage to be looked for

from lmi.kinds import KINDS_OF_TYPE
from lmi.pack import PACK_NAME, policies
from lmi.server import serve

serve(PACK_NAME, policies(), looks_at=KINDS_OF_TYPE)
