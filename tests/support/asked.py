"""What a client asks of its database, command by command."""

from typing import Any

from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

__all__ = ["Asked"]


class Asked(CommandListener):
    """The commands, in order, without those of signing in."""

    def __init__(self) -> None:
        self.commands: list[tuple[str, Any]] = []

    def started(self, event: CommandStartedEvent) -> None:
        if not event.command_name.startswith("sasl"):
            self.commands.append((event.command_name, event.command))

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """How it ended is not asked."""

    def failed(self, event: CommandFailedEvent) -> None:
        """How it ended is not asked."""
