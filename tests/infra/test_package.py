"""The Lambda zip: what it holds, when it is built again, and what happens when it cannot be."""

import os
import shutil
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pulumi
import pytest

from infra import wheels
from infra.package import ROOT, Target, build, build_parts
from infra.settings import PackageFor
from infra.settings.mistakes import ConfigurationWords, worded
from tests.infra.wheel_index import require, wheel

HOST = Target.choose("host", "x86_64")
X86_64 = Target.choose("function", "x86_64")
ARM64 = Target.choose("function", "arm64")


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of wheels, the only place that wheels come from."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("UV_FIND_LINKS", str(folder))
    monkeypatch.setenv("UV_NO_INDEX", "1")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    return folder


@pytest.fixture
def app(tmp_path: Path, index: Path) -> Path:
    """Return an application of a few files with one dependency."""
    folder = tmp_path / "app"
    (folder / "__pycache__").mkdir(parents=True)
    (folder / "__init__.py").write_text("")
    (folder / "main.py").write_text("print('one')")
    (folder / "logging.json").write_text("{}")
    (folder / "run.sh").write_text("#!/bin/sh\n")
    (folder / "__pycache__" / "main.cpython-313.pyc").write_text("")
    (folder / ".main.py.swp").write_text("")
    for place in (".git/index", ".venv/pyvenv.cfg", "env/pyvenv.cfg", "env/lib/starlette.py"):
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_text("")
    (folder / "requirements.in").write_text("greeting")
    require(folder, wheel(index, "1.0"))
    return folder


@pytest.fixture
def installs(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Count installations, which are real."""
    done: list[Path] = []
    install = wheels.install

    def counted(
        requirements: Path, target: Path, platform: wheels.Platform | None, interpreter: Path
    ) -> None:
        done.append(target)
        install(requirements, target, platform, interpreter)

    monkeypatch.setattr(wheels, "install", counted)
    return done


@pytest.fixture(autouse=True)
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Keep what the engine is told to show."""
    lines: list[str] = []
    monkeypatch.setattr("pulumi.log.info", lines.append)
    return lines


def names(archive: Path) -> list[str]:
    with zipfile.ZipFile(archive) as opened:
        return opened.namelist()


def read(archive: Path, name: str) -> str:
    with zipfile.ZipFile(archive) as opened:
        return opened.read(name).decode()


def entries(archive: Path) -> Iterator[zipfile.ZipInfo]:
    with zipfile.ZipFile(archive) as opened:
        yield from opened.infolist()


def test_it_holds_the_start_script_the_application_and_its_dependencies(
    app: Path, tmp_path: Path
) -> None:
    archive = build(HOST, app, tmp_path / "build")

    assert archive.is_absolute()
    assert archive == tmp_path / "build" / f"app-{HOST.name}" / "function.zip"
    assert names(archive) == [
        "app/__init__.py",
        "app/logging.json",
        "app/main.py",
        "greeting-1.0.dist-info/METADATA",
        "greeting-1.0.dist-info/WHEEL",
        "greeting-1.0.dist-info/entry_points.txt",
        "greeting/__init__.py",
        "greeting/bin/data",
        "run.sh",
    ]


def test_a_layer_takes_the_dependencies_out_of_it(
    app: Path, tmp_path: Path, installs: list[Path]
) -> None:
    start_script = (app / "run.sh").read_text()
    (app / "run.sh").write_text(f"{start_script}export PYTHONPATH=/opt/python\n")

    archive, layer = build_parts(HOST, app, tmp_path, with_layer=True)
    assert layer is not None
    assert names(archive) == ["app/__init__.py", "app/logging.json", "app/main.py", "run.sh"]
    assert {name.partition("/")[0] for name in names(layer)} == {"python"}
    assert "python/greeting/__init__.py" in names(layer)

    built = layer.stat().st_mtime_ns
    (app / "main.py").write_text("# changed\n")
    changed = build_parts(HOST, app, tmp_path, with_layer=True)
    assert read(changed.archive, "app/main.py") == "# changed\n"
    assert changed.layer is not None
    assert changed.layer.stat().st_mtime_ns == built
    assert len(installs) == 1


def test_a_start_script_that_misses_the_layer_is_one_clear_line(app: Path, tmp_path: Path) -> None:
    with pytest.raises(pulumi.RunError) as refused:
        build_parts(HOST, app, tmp_path, with_layer=True)

    assert str(refused.value) == (
        f"dependencies is layer, and {app}/run.sh does not name /opt/python, where they are then. "
        "Allowed: a start script that puts /opt/python on the path. "
        "Fix: add the line: export PYTHONPATH=/opt/python"
    )


def test_only_the_start_script_can_be_executed(app: Path, tmp_path: Path) -> None:
    modes = {
        entry.filename: stat.filemode(entry.external_attr >> 16)
        for entry in entries(build(HOST, app, tmp_path))
    }

    assert modes.pop("run.sh") == "-rwxr-xr-x"
    assert set(modes.values()) == {"-rw-r--r--"}


def test_the_same_inputs_give_the_same_bytes(app: Path, tmp_path: Path) -> None:
    first = build(HOST, app, tmp_path / "first")
    (app / "main.py").touch()
    second = build(HOST, app, tmp_path / "second")

    assert first.read_bytes() == second.read_bytes()


def test_it_is_built_once(app: Path, tmp_path: Path, installs: list[Path], told: list[str]) -> None:
    first = build(HOST, app, tmp_path).stat()
    second = build(HOST, app, tmp_path).stat()

    assert len(installs) == 1
    assert told == [f"Packaging app-{HOST.name}: function.zip"]
    assert (first.st_ino, first.st_mtime_ns) == (second.st_ino, second.st_mtime_ns)


def test_a_change_of_the_application_reuses_the_dependencies(
    app: Path, tmp_path: Path, installs: list[Path]
) -> None:
    build(HOST, app, tmp_path)
    (app / "main.py").write_text("print('two')")
    (app / "new.py").write_text("")
    archive = build(HOST, app, tmp_path)

    assert len(installs) == 1
    assert read(archive, "app/main.py") == "print('two')"
    assert "app/new.py" in names(archive)


def test_a_change_of_the_requirements_installs_again(
    app: Path, index: Path, tmp_path: Path, installs: list[Path]
) -> None:
    build(HOST, app, tmp_path / "build")
    require(app, wheel(index, "2.0"))
    archive = build(HOST, app, tmp_path / "build")

    assert len(installs) == 2
    assert read(archive, "greeting/__init__.py") == "VERSION = '2.0'"
    assert len(list(archive.parent.glob("dependencies-*"))) == 1


def test_a_model_of_bedrock_brings_the_requirements_that_it_needs(
    app: Path, index: Path, tmp_path: Path
) -> None:
    own = (app / "requirements.txt").read_text()
    require(app, wheel(index, "2.0"))
    (app / "requirements.txt").rename(app / "requirements-bedrock.txt")
    (app / "requirements.txt").write_text(own)
    without = read(build(HOST, app, tmp_path / "build"), "greeting/__init__.py")
    archive = build(HOST, app, tmp_path / "build", for_bedrock=True)

    assert without == "VERSION = '1.0'"
    assert read(archive, "greeting/__init__.py") == "VERSION = '2.0'"
    assert not [name for name in names(archive) if "requirements" in name]


def test_an_application_without_such_requirements_brings_what_its_model_needs_itself(
    app: Path, tmp_path: Path
) -> None:
    archive = build(HOST, app, tmp_path / "build", for_bedrock=True)

    assert read(archive, "greeting/__init__.py") == "VERSION = '1.0'"


def test_a_change_of_how_it_is_packaged_installs_again(
    app: Path, tmp_path: Path, installs: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    build(HOST, app, tmp_path)
    changed = tmp_path / "package.py"
    changed.write_text("")
    monkeypatch.setattr("infra.package._PACKAGING_CODE", (changed,))
    build(HOST, app, tmp_path)

    assert len(installs) == 2


def test_each_target_has_a_zip_of_its_own(app: Path, tmp_path: Path) -> None:
    archives = {build(target, app, tmp_path) for target in (HOST, X86_64, ARM64)}

    assert len(archives) == 3


def test_folders_may_be_texts(app: Path, tmp_path: Path) -> None:
    assert build(HOST, str(app), str(tmp_path)) == build(HOST, app, tmp_path)


def test_each_application_has_a_zip_of_its_own_beside_it(app: Path, tmp_path: Path) -> None:
    sibling = shutil.copytree(app, tmp_path / "search")
    namesake = shutil.copytree(app, tmp_path / "elsewhere" / "app")

    archives = [build(HOST, folder) for folder in (app, sibling, namesake)]

    beside = [tmp_path, tmp_path, tmp_path / "elsewhere"]
    assert [archive.parents[1] for archive in archives] == [it / ".build" for it in beside]
    assert len(set(archives)) == 3


@pytest.mark.parametrize("left", ["function.unfinished", "dependencies-0123.unfinished/greeting"])
def test_an_interrupted_build_does_not_disturb_the_next(
    app: Path, tmp_path: Path, left: str
) -> None:
    leftover = tmp_path / f"app-{HOST.name}" / left
    leftover.parent.mkdir(parents=True)
    leftover.write_text("half a file")

    archive = build(HOST, app, tmp_path)

    assert "run.sh" in names(archive)
    assert not leftover.exists()


def test_a_damaged_zip_is_built_again(app: Path, tmp_path: Path) -> None:
    archive = build(HOST, app, tmp_path)
    whole = archive.read_bytes()
    archive.write_bytes(whole[: len(whole) // 2])

    assert build(HOST, app, tmp_path).read_bytes() == whole


def test_two_builds_at_once_do_not_disturb_each_other(app: Path, tmp_path: Path) -> None:
    program = (
        "import pathlib, sys\n"
        "from infra.package import Target, build\n"
        "app, into = map(pathlib.Path, sys.argv[1:])\n"
        "print(build(Target.choose('host', 'x86_64'), app, into))\n"
    )

    def run() -> str:
        command = [sys.executable, "-c", program, str(app), str(tmp_path / "build")]
        return subprocess.run(
            command, cwd=ROOT, check=True, capture_output=True, text=True
        ).stdout.strip()

    with ThreadPoolExecutor() as pool:
        archives = {future.result() for future in [pool.submit(run) for _ in range(3)]}

    (archive,) = archives
    assert "run.sh" in names(Path(archive))


def test_wheels_that_cannot_be_installed_are_one_clear_line(app: Path, tmp_path: Path) -> None:
    (app / "requirements.txt").write_text("greeting==9.9 --hash=sha256:" + "0" * 64 + "\n")

    with pytest.raises(pulumi.RunError) as refused:
        build(HOST, app, tmp_path)

    line = str(refused.value)
    assert line.startswith(
        "The Lambda zip cannot be built: the wheels of app/requirements.txt for "
        f"{HOST.name} could not be installed. error: No solution found"
    )
    assert "greeting==9.9" in line
    assert "\n" not in line


def test_a_wheel_that_is_not_the_pinned_one_is_refused(
    app: Path, index: Path, tmp_path: Path
) -> None:
    (index / "greeting-1.0-py3-none-any.whl").write_bytes(wheel(index, "2.0").read_bytes())

    with pytest.raises(pulumi.RunError, match=r"^The Lambda zip cannot be built"):
        build(HOST, app, tmp_path)


def test_after_a_failure_the_next_run_repairs(app: Path, index: Path, tmp_path: Path) -> None:
    pinned = (app / "requirements.txt").read_text()
    (app / "requirements.txt").write_text("greeting==9.9 --hash=sha256:" + "0" * 64 + "\n")
    with pytest.raises(pulumi.RunError):
        build(HOST, app, tmp_path)
    (app / "requirements.txt").write_text(pinned)

    assert "run.sh" in names(build(HOST, app, tmp_path))


@pytest.mark.parametrize("limit", ["MAX_ZIP_BYTES", "MAX_UNZIPPED_BYTES"])
def test_a_zip_that_lambda_would_not_take_is_one_clear_line(
    limit: str, app: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (app / "model.bin").write_bytes(os.urandom(1024 * 1024))
    monkeypatch.setattr(f"infra.application_folder.{limit}", 1024 * 1024)

    # The second time the zip is there already.
    for _ in range(2):
        with pytest.raises(pulumi.RunError) as refused:
            build(HOST, app, tmp_path)

        line = str(refused.value)
        assert line.startswith("the Lambda zip has 1.0 MB, and 1.0 MB unzipped; the largest")
        assert "packages are app 1.0 MB, " in line
        assert f"Fix: remove what the function does not need from {app}, or shorten its" in line
        assert f"then uv pip compile --universal --generate-hashes '{app}/requirements.in'" in line


@pytest.mark.parametrize("name", ["run.sh", "requirements.txt"])
def test_a_folder_without_an_application_is_one_clear_line(
    name: str, app: Path, tmp_path: Path
) -> None:
    (app / name).unlink()

    with pytest.raises(pulumi.RunError, match=rf"^the folder {app} has no {name}\. Allowed: "):
        build(HOST, app, tmp_path)


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        (
            "run.sh",
            "exec python3 -m uvicorn app.main:app\n",
            "{app}/run.sh does not begin with #!, so no interpreter runs it. "
            "Allowed: a script whose first line names its interpreter. "
            "Fix: make #!/bin/sh its first line",
        ),
        (
            "run.sh",
            "#!/bin/sh\r\nexec python3 -m uvicorn app.main:app\r\n",
            "{app}/run.sh has line ends of Windows (CRLF), which Linux takes as part of each "
            "line. Allowed: line ends of Linux (LF). Fix: sed -i 's/\\r$//' '{app}/run.sh', and a "
            "line '*.sh text eol=lf' in .gitattributes",
        ),
        *(
            (
                "requirements.txt",
                text,
                f"{{app}}/requirements.txt has {count} without a hash, the first of them "
                f"{first}. Allowed: requirements that all have a version and hashes. "
                "Fix: list what the application imports in requirements.in, then uv pip compile "
                "--universal --generate-hashes '{app}/requirements.in' -o '{app}/requirements.txt'",
            )
            for text, count, first in (
                ("starlette", "1 of 1 requirements", "starlette"),
                ("# direct\nuvicorn[standard]>=0.5 # fast\n", "1 of 1 requirements", "uvicorn"),
                ("a==1 \\\n    --hash=sha256:00\nb==2\nc==3\n", "2 of 3 requirements", "b"),
                ("a @ file:///a.whl ; python_version > '3'", "1 of 1 requirements", "a"),
            )
        ),
    ],
)
def test_what_no_function_can_be_made_of_is_one_clear_line(
    name: str, content: str, line: str, app: Path, tmp_path: Path
) -> None:
    (app / name).write_text(content, newline="")

    with pytest.raises(pulumi.RunError) as refused:
        build(HOST, app, tmp_path)

    assert str(refused.value) == line.replace("{app}", str(app))


def test_a_folder_that_cannot_be_written_is_one_clear_line(app: Path, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.touch()

    with pytest.raises(pulumi.RunError) as refused:
        build(HOST, app, taken)

    line = str(refused.value)
    assert line.startswith(f"the Lambda zip of {app} cannot be built: [Errno 20] Not a directory: ")
    assert "Allowed: files in " in line
    assert f"Fix: make them yours (sudo chown -R \"$USER\" '{app}' '{taken}')" in line


def test_bytes_that_are_no_text_are_one_clear_line(app: Path, tmp_path: Path) -> None:
    with (app / "requirements.txt").open("ab") as file:
        file.write(b"# \xe9\n")

    with pytest.raises(pulumi.RunError, match=r"^The Lambda zip cannot be built: the wheels of "):
        build(HOST, app, tmp_path / "build")


def test_a_start_script_may_have_bytes_that_are_no_text(app: Path, tmp_path: Path) -> None:
    with (app / "run.sh").open("ab") as file:
        file.write(b"# /opt/python \xe9\n")

    assert build_parts(HOST, app, tmp_path / "build", with_layer=True).layer


@pytest.fixture
def node_app(tmp_path: Path) -> Path:
    """Return an application for Node.js with one package."""
    folder = tmp_path / "node app"
    files = {
        "run.sh": "#!/bin/sh\nexec node app/server.js\n",
        "server.js": "require('greeting')\n",
        "package.json": '{"dependencies": {"greeting": "1.0.0"}}\n',
        "node_modules/greeting/index.js": "console.log('hello')\n",
        "node_modules/.package-lock.json": "{}\n",
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


@pytest.mark.parametrize("package_for", ["function", "host"])
def test_an_application_for_nodejs_brings_its_packages(
    package_for: PackageFor, node_app: Path, installs: list[Path]
) -> None:
    archive = build(Target.choose(package_for, "x86_64", "nodejs24.x"), node_app)

    assert names(archive) == [
        "app/node_modules/greeting/index.js",
        "app/package.json",
        "app/server.js",
        "run.sh",
    ]
    assert installs == []


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        (
            "node_modules",
            None,
            "{app}/package.json has dependencies, and {app} no node_modules. Allowed: a folder "
            "whose packages are installed. Fix: npm --prefix '{app}' ci --omit=dev",
        ),
        (
            "package.json",
            None,
            "the folder {app} has no package.json. Allowed: an application's folder for "
            "nodejs24.x, with run.sh and package.json (docs/your-application.md). "
            "Fix: add the file, or app='FOLDER', or runtime='RUNTIME'",
        ),
        (
            "package.json",
            "[]",
            "{app}/package.json is no JSON object. "
            "Allowed: the file that npm init writes. Fix: mend the file",
        ),
    ],
)
def test_what_nodejs_cannot_run_is_one_clear_line(
    name: str, content: str | None, line: str, node_app: Path
) -> None:
    (node_app / name).rename(node_app.parent / "removed")
    if content is not None:
        (node_app / name).write_text(content)

    with pytest.raises(pulumi.RunError) as refused:
        build(Target.choose("function", "x86_64", "nodejs24.x"), node_app)

    assert str(refused.value) == line.replace("{app}", str(node_app))


def test_a_folder_that_does_not_exist_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(pulumi.RunError, match=r"/service does not exist\. Allowed: a folder with "):
        build(HOST, tmp_path / "service")


@pytest.mark.parametrize("place", ["program", ".", "/"])
@pytest.mark.parametrize(("home", "what"), [("app/home", "program"), (".", "home folder")])
def test_a_folder_with_more_than_an_application_is_refused_unread(
    place: str, home: str, what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "program").mkdir()
    monkeypatch.chdir(tmp_path / "program")
    monkeypatch.setenv("HOME", str(tmp_path / home))
    app = (tmp_path / place).resolve()

    with pytest.raises(pulumi.RunError) as refused:
        build(HOST, app)

    found = what if place == "." else "program"
    assert str(refused.value) == (
        f"the application's folder is {app}, of which everything would be packaged, and the "
        f"{found} is there. Allowed: a folder that has the application alone "
        "(docs/your-application.md). Fix: move the application into a folder of its own, or "
        "app='FOLDER'"
    )


def test_a_program_with_settings_reads_which_of_them_to_change(app: Path, tmp_path: Path) -> None:
    lines: list[str] = []
    (app / "requirements.txt").write_text("starlette\n")
    for name in ("elsewhere", "run.sh"):
        (app / name).unlink(missing_ok=True)
        with pytest.raises(pulumi.RunError) as refused, worded(ConfigurationWords()):
            build(HOST, app, tmp_path)
        lines.append(str(refused.value).partition("Fix: ")[2])

    assert lines == [
        f"list what the application imports in requirements.in, then make lock FOLDER='{app}'",
        "add the file, or pulumi config set appFolder FOLDER, or pulumi config set runtime RUNTIME",
    ]


def test_requirements_may_have_options_and_comments(app: Path, tmp_path: Path) -> None:
    requirements = app / "requirements.txt"
    requirements.write_text(f"# Locked.\n\n--no-binary :none:\n{requirements.read_text()}")

    assert "run.sh" in names(build(HOST, app, tmp_path))


def test_an_application_needs_no_dependencies(app: Path, tmp_path: Path) -> None:
    (app / "requirements.txt").write_text("")

    assert names(build(HOST, app, tmp_path)) == [
        "app/__init__.py",
        "app/logging.json",
        "app/main.py",
        "run.sh",
    ]


def test_the_default_application_is_in_the_programs_folder(
    app: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(app.parent)

    assert build(HOST).is_relative_to(tmp_path / ".build")


@pytest.mark.parametrize(("target", "machine"), [(X86_64, "x86_64"), (ARM64, "aarch64")])
def test_the_application_is_packaged_for_the_functions_python_and_machine(
    target: Target, machine: str, tmp_path: Path
) -> None:
    """The real application with its real wheels, on every machine and with every Python."""
    packed = names(build(target, into=tmp_path))

    compiled = [name for name in packed if name.endswith(".so")]
    assert {"run.sh", "app/main.py", "uvicorn/__main__.py"} <= set(packed)
    assert compiled
    assert all(name.endswith(f".cpython-313-{machine}-linux-gnu.so") for name in compiled)


def test_a_fresh_checkout_needs_no_network_when_the_wheels_are_cached(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = build(HOST, into=tmp_path / "first")
    for variable in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(variable, "http://127.0.0.1:9")

    assert build(HOST, into=tmp_path / "second").read_bytes() == first.read_bytes()


def test_the_application_packaged_for_the_host_runs_on_its_bare_interpreter(
    tmp_path: Path,
) -> None:
    with zipfile.ZipFile(build(HOST, into=tmp_path)) as archive:
        archive.extractall(tmp_path / "task")

    # The interpreter behind the virtual environment, which knows none of its packages.
    done = subprocess.run(
        [HOST.interpreter.resolve(), "-c", "import app.main, uvicorn, uvloop"],
        cwd=tmp_path / "task",
        env={},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def halved(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def altered(path: Path) -> None:
    """Change a byte of an entry and leave the size as it is."""
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 0xFF
    path.write_bytes(content)


def made_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


DAMAGE = [emptied, halved, altered, made_a_folder]


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("name", ["function.zip", "function.sha256"])
def test_a_zip_that_is_not_what_was_built_is_built_again(
    app: Path, tmp_path: Path, damage: Callable[[Path], None], name: str
) -> None:
    archive = build(HOST, app, tmp_path)
    whole = archive.read_bytes()
    damage(archive.with_name(name))

    assert build(HOST, app, tmp_path).read_bytes() == whole


@pytest.mark.parametrize("damage", [emptied, halved, made_a_folder, Path.unlink])
@pytest.mark.parametrize("name", ["greeting/__init__.py", ".files", "."])
def test_damaged_dependencies_are_installed_again(
    app: Path, tmp_path: Path, installs: list[Path], damage: Callable[[Path], None], name: str
) -> None:
    archive = build(HOST, app, tmp_path)
    whole = archive.read_bytes()
    (installed,) = archive.parent.glob("dependencies-*")
    (installed / "greeting/__init__.py").chmod(0o644)
    if name == ".":
        shutil.rmtree(installed)
        installed.write_text("text")
        damage(installed)
    else:
        damage(installed / name)
    archive.unlink()

    assert build(HOST, app, tmp_path).read_bytes() == whole
    assert len(installs) == 2
