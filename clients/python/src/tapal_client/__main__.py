"""`python -m tapal_client`."""

from tapal_client.cli import app

if __name__ == "__main__":
    app()
