"""Where wheels come from: wherever the user's pip would take them."""

import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from infra import wheels
from tests.infra.wheel_index import require, wheel


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """Return a folder with one wheel, pinned beside it, that nothing is configured to look into."""
    folder = tmp_path / "index"
    folder.mkdir()
    require(tmp_path, wheel(folder, "1.0"))
    return folder


@pytest.fixture(autouse=True)
def unconfigured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget how pip and uv are configured on this machine."""
    for name in [name for name in os.environ if name.startswith(("PIP_", "UV_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))


def install(folder: Path) -> list[str]:
    target = folder / "target"
    wheels.install(folder / "requirements.txt", target, None)
    return [path.name for path in target.iterdir()]


def test_pips_configuration_file_is_used(
    index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configuration = tmp_path / "pip.conf"
    configuration.write_text(
        f"[global]\nno-index = true\nfind-links =\n    {tmp_path}\n    {index}\n"
    )
    monkeypatch.setenv("PIP_CONFIG_FILE", str(configuration))

    assert "greeting" in install(tmp_path)


def test_pips_variables_override_its_file(
    index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configuration = tmp_path / "pip.conf"
    configuration.write_text(f"[global]\nno-index = true\nfind-links = {tmp_path / 'none'}\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(configuration))
    monkeypatch.setenv("PIP_FIND_LINKS", str(index))

    assert "greeting" in install(tmp_path)


def test_uvs_variables_override_pips(
    index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "true")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "none"))
    monkeypatch.setenv("UV_FIND_LINKS", str(index))

    assert "greeting" in install(tmp_path)


def test_the_message_of_uv_is_put_on_one_line(
    index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UV_NO_INDEX", "1")

    with pytest.raises(wheels.InstallError, match=r"^error: .*; cause: .*greeting.*$"):
        install(tmp_path)


def test_a_proxy_that_only_pip_knows_is_used(
    index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    class Proxy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Write no log."""

    for name in ("ALL_PROXY", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    with ThreadingHTTPServer(("127.0.0.1", 0), Proxy) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        configuration = tmp_path / "pip.conf"
        configuration.write_text(
            "[global]\nindex-url = http://packages.invalid/simple\n"
            f"proxy = 127.0.0.1:{server.server_port}\n"
        )
        monkeypatch.setenv("PIP_CONFIG_FILE", str(configuration))
        with pytest.raises(wheels.InstallError):
            install(tmp_path)
        server.shutdown()

    assert asked
    assert all(url.startswith("http://packages.invalid/") for url in asked)
