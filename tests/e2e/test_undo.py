"""A change that breaks the application is undone by ``make up`` of the former files."""

from testing.checkout import Checkout, answers


def test_a_broken_application_is_undone(running: Checkout) -> None:
    main = running.folder / "app/main.py"
    working = main.read_text()

    main.write_text(f"{working}\nimport nonexistent_module\n")
    broken = running.local("up")
    main.write_text(working)

    assert broken.returncode != 0
    assert "nonexistent_module" in broken.stdout + broken.stderr
    again = running.up()
    assert "updated" in again.changes
    assert answers(again.url)
    assert running.up().changes.keys() == {"unchanged"}
