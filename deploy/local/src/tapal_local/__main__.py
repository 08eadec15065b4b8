"""`python -m tapal_local`, which is what `./tapal` runs."""

from tapal_local.cli import app
from tapal_local.cli_audit import audit
from tapal_local.cli_certificates import certificates
from tapal_local.cli_keys import keys

if __name__ == "__main__":
    app.add_typer(audit, name="audit")
    app.add_typer(certificates, name="certificates")
    app.add_typer(keys, name="keys")
    app(prog_name="tapal")
