"""Import ids, by which ``pulumi import`` names resources. They may consist of several keys."""

import re

from local.provider.errors import ProviderError

_SEPARATORS = re.compile("[/,:|]")


def keys_of(layout: str, import_id: str) -> dict[str, str]:
    """Split an import id into the keys of a layout, such as ``restApi/stageName``.

    Each key has to be there; the last one may contain the separator.
    """
    names = _SEPARATORS.split(layout)
    separator = layout.removeprefix(names[0])[:1]
    parts = import_id.split(separator, len(names) - 1) if separator else [import_id]
    if len(parts) < len(names) or not all(parts):
        raise ProviderError(f"unexpected format of ID ({import_id}), expected {layout}")
    return dict(zip(names, parts, strict=True))
