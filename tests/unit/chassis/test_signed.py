"""Tables that nobody answers for yet."""

import sys

import pytest

from chassis.signed import unsigned


@pytest.fixture
def package(tmp_path, monkeypatch):
    (tmp_path / "signing" / "tables").mkdir(parents=True)
    (tmp_path / "signing" / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path / "signing"
    sys.modules.pop("signing", None)


@pytest.mark.parametrize(
    ("line", "is_open"),
    [
        ("signed_off_by: null", True),
        ("signed_by: ~", True),
        ("signed_by:", True),
        ("signed_off_by: Kepala Kantor", False),
        ("# signed_by: null", False),
    ],
)
def test_a_table_is_signed_by_somebody_or_nobody(package, line, is_open):
    (package / "tables" / "limits.yaml").write_text(f"as_of: 2026-11-01\n{line}\nvalue: 3\n")
    (package / "texts.yaml").write_text("title: [a, b]\n")
    assert unsigned("signing") == (["tables/limits.yaml"] if is_open else [])
