"""`python -m tapal_local`, which is what `./tapal` runs."""

from tapal_local.cli import app

if __name__ == "__main__":
    app(prog_name="tapal")
