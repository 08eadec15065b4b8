"""What goes over the wire: event and message models. Pydantic only, no I/O."""
