"""Import ids, by which ``pulumi import`` names resources. They may consist of several keys."""

import re

from local.provider.errors import ProviderError

_SEPARATORS = re.compile("[/,:|]")


def keys_of(layout: str, import_id: str) -> dict[str, str]:
    """Split an import id into its keys.

    Parameters
    ----------
    layout
        The keys with their separator, such as ``restApi/stageName``.
    import_id
        The id. Its last key may contain the separator.

    Raises
    ------
    ProviderError
        When a key is missing.
    """
    names = _SEPARATORS.split(layout)
    separator = layout.removeprefix(names[0])[:1]
    parts = import_id.split(separator, len(names) - 1) if separator else [import_id]
    if len(parts) < len(names) or not all(parts):
        raise ProviderError(f"unexpected format of ID ({import_id}), expected {layout}")
    return dict(zip(names, parts, strict=True))
