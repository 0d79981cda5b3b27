"""The local AWS's own calls, which AWS does not have, at paths under ``/_local/``.

``make status`` asks what runs. ``make dev`` replaces files of a function; ``make up`` undoes it.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from moto.core.request import Request
from werkzeug.exceptions import NotFound
from werkzeug.utils import send_from_directory
from werkzeug.wrappers import Response

from local.dataplane.plane import LocalDataPlane
from local.local_aws import ARCHIVES_PATH, EDIT_PATH, USAGE_PATH

_JSON: Final = "application/json"


class OwnApi:
    """Answers the local AWS's own calls; the folder is that of deployed archives."""

    def __init__(self, data_plane: LocalDataPlane, code_folder: Path) -> None:
        self._data_plane = data_plane
        self._code_folder = code_folder

    def knows(self, path: str) -> bool:
        """Return whether a path is one of these calls."""
        return path in (USAGE_PATH, EDIT_PATH) or path.startswith(ARCHIVES_PATH)

    def answer(self, request: Request) -> Response:
        """Answer one call."""
        if request.path == USAGE_PATH:
            return _json([asdict(version) for version in self._data_plane.usage()])
        if request.path.startswith(ARCHIVES_PATH):
            name = request.path.removeprefix(ARCHIVES_PATH)
            try:
                return send_from_directory(self._code_folder, name, request.environ)
            except NotFound as missing:
                return Response(status=missing.code)
        # A web page may send another address any text, but JSON only where that address allows it.
        if request.mimetype != _JSON:
            return Response(f"content-type has to be {_JSON}", 415)
        edit: dict[str, Any] = request.get_json()
        files: dict[str, str] | None = edit["files"]
        edits = None if files is None else {place: Path(path) for place, path in files.items()}
        result = self._data_plane.edit(edit["function_name"], edit["version"], edits)
        return _json(asdict(result))


def _json(content: object) -> Response:
    return Response(json.dumps(content), content_type=_JSON)
