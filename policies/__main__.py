"""Serves the policy pack to the engine until that ends it. See ``lmi``."""

# ruff: noqa: E402

import gc

gc.freeze()  # the SDK, loaded by now, stays for good: it is no garbage to be looked for

from lmi.rules import RULES
from lmi.serving.server import serve

serve(RULES)
