"""Each service in an empty environment: what the lock gives it is enough, and it needs no other service."""

import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
SERVICES = ("registry", "alerts", "reports", "gateway")
LOCK = (ROOT / "requirements.lock").read_text()

_spec = spec_from_file_location("subset", ROOT / "deploy" / "subset.py")
assert _spec is not None
assert _spec.loader is not None
subset = module_from_spec(_spec)
_spec.loader.exec_module(subset)


def run(*command: str | Path, folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def names(lock: str) -> set[str]:
    return set(subset.PINNED.findall(lock))


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Our own packages, each built once."""
    folder = tmp_path_factory.mktemp("wheels")
    built = {}
    for name in ("contracts", "chassis", *SERVICES):
        run(BIN / "hatchling", "build", "-t", "wheel", "-d", folder / name, folder=ROOT / subset.MEMBERS[name])
        built[name] = next((folder / name).glob("*.whl"))
    return built


@pytest.mark.parametrize("service", SERVICES)
def test_service_installed_alone_can_be_imported(service: str, wheels: dict[str, Path], tmp_path: Path) -> None:
    lock = tmp_path / "service.lock"
    lock.write_text(subset.main([service]))
    python = tmp_path / "venv" / "bin" / "python"
    own = [wheels[name] for name in subset.members(service)]
    run(BIN / "uv", "venv", "-q", "--python", sys.executable, "venv", folder=tmp_path)
    install = (BIN / "uv", "pip", "install", "-q", "--python", python, "--no-deps")
    run(*install, "--require-hashes", "-r", lock, folder=tmp_path)
    run(*install, *own, folder=tmp_path)
    run(BIN / "uv", "pip", "check", "-q", "--python", python, folder=tmp_path)
    others = [name for name in SERVICES if name != service]
    alone = f"from importlib.util import find_spec; print([name for name in {others} if find_spec(name)])"
    wired = f"import {service}.app, {service}.settings, {service}.__main__"
    assert run(python, "-P", "-c", f"{wired}; {alone}", folder=tmp_path).strip() == "[]"


@pytest.mark.parametrize("member", subset.MEMBERS)
def test_subset_has_what_is_asked_for_and_no_more(member: str) -> None:
    got = names(subset.main([member]))
    assert subset.direct(member) - {"secantusdb"} <= got
    assert not got & {"secantusdb", "pytest", "mypy", "ruff", "uv", "hypothesis", "playwright", "hatchling", "mrz"}
    assert got <= names(LOCK)


def test_subset_keeps_the_hashes() -> None:
    for text in subset.main(["gateway"]).split("\n\n"):
        entries = subset.PINNED.split(text)[1:]
        assert all("--hash=sha256:" in body for body in entries[1::2])


def test_subset_of_something_not_locked_is_an_error() -> None:
    with pytest.raises(KeyError):
        subset.subset(LOCK, {"no-such-package"})
