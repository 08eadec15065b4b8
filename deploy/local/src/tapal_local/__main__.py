"""`python -m tapal_local`, which is what `./tapal` runs."""

from tapal_local.cli import app
from tapal_local.cli_audit import audit

if __name__ == "__main__":
    app.add_typer(audit, name="audit")
    app(prog_name="tapal")
