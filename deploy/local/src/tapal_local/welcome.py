"""What a newcomer is told once everything is ready."""

from collections.abc import Iterator

from tapal_local.home import Home
from tapal_local.ports import Ports
from tapal_local.sample.load import next_files
from tapal_local.vault import Vault

__all__ = ["welcome"]

MEANING = {
    "1-hotel-check-in.json": 'a hotel reports the guest: "no exit seen" becomes "stay to be clarified"',
    "2-late-exit.json": "the exit arrives late: the alert withdraws itself",
}


def welcome(home: Home, vault: Vault, ports: Ports) -> str:
    """Address, accounts and what to try. Holds passwords: for the terminal only, never for a log."""
    return "\n".join(_lines(home, vault, ports))


def _lines(home: Home, vault: Vault, ports: Ports) -> Iterator[str]:
    address = f"http://127.0.0.1:{ports['gateway']}"
    yield ""
    yield f"Tapal is ready: {address}   (practice mode; interface description: {address}/docs)"
    yield ""
    yield "Accounts:"
    for account in vault.accounts():
        name, password = account["username"], account["password"]
        yield f"  {name:<13} {password:<16} {account['role'].replace('_', ' ')}, {account['agency']}"
    yield ""
    yield "To try:"
    yield "  * open the address and log in as operator: the list of what needs clarification"
    for agency, file in next_files(home):
        yield f"  * ./tapal publish {file} --agency {agency}"
        yield f"      {MEANING.get(file.name, '')}"
    yield ""
    yield "./tapal status shows the parts, ./tapal logs -f what they do, ./tapal down stops everything."
