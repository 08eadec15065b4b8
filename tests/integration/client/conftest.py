from gateway_fixtures import anyio_backend, stand, standing

__all__ = ["anyio_backend", "stand", "standing"]
