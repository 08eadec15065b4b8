"""The project stays small to read, and says what it means."""

import ast
import pkgutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("libs", "services", "gateway", "clients", "deploy")
FILES = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
PACKAGES = ("contracts", "chassis", "registry", "alerts", "reports", "gateway", "tapal_client", "tapal_local")
Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(path: Path) -> list[Function]:
    tree = ast.parse(path.read_text())
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def length(function: Function) -> int:
    documented = ast.get_docstring(function) is not None
    first = function.body[1] if documented and len(function.body) > 1 else function.body[0]
    return (function.end_lineno or 0) - first.lineno + 1


def parameters(function: Function) -> int:
    given = function.args
    names = [item.arg for item in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    return len([name for name in names if name not in ("self", "cls")])


def is_route(function: Function) -> bool:
    # What a route takes is its query, its headers and its dependencies: the framework asks for them one by one.
    return any(isinstance(item, ast.Call) and isinstance(item.func, ast.Attribute) for item in function.decorator_list)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_is_small(path):
    assert len(path.read_text().splitlines()) <= 250
    for function in functions(path):
        assert length(function) <= 50, function.name
        assert parameters(function) <= (8 if is_route(function) else 5), function.name
        assert not [n for n in ast.walk(function) if isinstance(n, ast.Import | ast.ImportFrom)], function.name


def test_functions_are_short():
    lengths = sorted(length(function) for path in FILES for function in functions(path))
    assert lengths[len(lengths) // 2] <= 8
    assert lengths[len(lengths) * 9 // 10] <= 25


def test_no_file_is_named_after_nothing():
    vague = {"utils.py", "helpers.py", "common.py", "base.py", "misc.py"}
    assert not [path for path in FILES if path.name in vague]


def test_every_broad_except_gives_its_reason():
    for path in FILES:
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if "except Exception" in line and "BaseException" not in line:
                assert "#" in line, f"{path}:{number}"


def dependencies(tree: ast.Module) -> set[str]:
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and ast.unparse(n.func) == "Depends"]
    return {one.id for call in calls for one in call.args if isinstance(one, ast.Name)}


def test_no_dependency_takes_a_thread():
    """FastAPI runs a plain function in a thread, which costs more than what it does."""
    trees = {path.stem: ast.parse(path.read_text()) for path in FILES if path.is_relative_to(ROOT / "gateway")}
    plain = []
    for name, tree in trees.items():
        imports = [n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
        homes = {one.name: (n.module or "").rpartition(".")[2] for n in imports for one in n.names}
        for asked in dependencies(tree):
            home = trees.get(homes.get(asked, name), tree)
            plain += [f"{name}: {asked}" for n in ast.walk(home) if isinstance(n, ast.FunctionDef) and n.name == asked]
    assert plain == []


BLOCKED = """
import socket, sys, importlib
def refuse(*_): raise AssertionError("a connection while importing")
socket.socket.connect = refuse
for name in sys.argv[1:]: importlib.import_module(name)
"""


def test_importing_does_nothing():
    modules = [
        name
        for package in PACKAGES
        for _, name, _ in pkgutil.walk_packages(import_module(package).__path__, f"{package}.")
        if not name.endswith("__main__")
    ]
    environment = {"PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [sys.executable, "-P", "-c", BLOCKED, *modules], env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def committed() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = [ROOT / name for name in listed.splitlines() if not name.endswith((".png", ".lock"))]
    return [path for path in paths if path.exists()]


def test_nobody_is_accused():
    accusing = ("over" + "stayer", "illegal " + "alien", "pendatang " + "haram", "illegal " + "immigrant")
    for path in committed():
        text = path.read_text(errors="replace").lower()
        assert not [word for word in accusing if word in text], path
