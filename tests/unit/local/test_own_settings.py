"""Lines of `<process>.env` in a home: settings of that process alone."""

from pathlib import Path

from alerts.settings import AlertsSettings
from tapal_local import parts, ports
from tapal_local.home import Home
from tapal_local.vault import Vault

ROOT = Path(__file__).parents[3]
MAIL = """# the office's mail server
TAPAL_SMTP_HOST=mail.kanim.example
TAPAL_SMTP_SECURITY = tls
TAPAL_CONSOLE_URL=https://tapal.example/?a=b
TAPAL_WEBHOOK_NETWORKS=10.20.0.0/16
PATH=/nowhere
"""


def test_an_operator_sets_what_one_process_reads(tmp_path, monkeypatch):
    home = Home(path=tmp_path, root=ROOT)
    home.make()
    (tmp_path / "alerts.env").write_text(MAIL)
    vault = Vault(home.secrets)
    found = {
        part.name: part.environment for part in parts.services(home, vault, ports.choose(tmp_path, lambda _: True))
    }
    assert "PATH" not in found["alerts"]
    assert "TAPAL_SMTP_HOST" not in found["gateway"]
    for name, value in found["alerts"].items():
        monkeypatch.setenv(name, value)
    read = AlertsSettings()
    assert (read.smtp_host, read.smtp_security) == ("mail.kanim.example", "tls")
    assert str(read.console_url) == "https://tapal.example/?a=b"
    assert read.webhook_networks == {"10.20.0.0/16"}
    assert read.webhook_plain_http
