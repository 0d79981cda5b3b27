"""Serves the policy pack to the engine until that ends it. See ``lmi``."""

# ruff: noqa: E402

import gc

gc.freeze()  # the SDK, loaded by now, stays for good: it is no garbage to be looked for

from lmi.model.classes import CLASSES_OF_TYPE
from lmi.serving.pack import PACK_NAME, policies
from lmi.serving.server import serve

serve(PACK_NAME, policies(), looks_at=CLASSES_OF_TYPE)
