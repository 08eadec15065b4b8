"""A bare FastAPI route that answers the bytes of a file: what any answer costs here. Prints its port."""

import asyncio
import socket
import sys
from pathlib import Path

import uvicorn
from fastapi import FastAPI, Response

BODY = Path(sys.argv[1]).read_bytes()
app = FastAPI()


@app.get("/")
async def answer() -> Response:
    return Response(BODY, media_type="application/json")


if __name__ == "__main__":
    line = socket.create_server(("127.0.0.1", 0))
    # Else each answer waits for an acknowledgement that comes late.
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    print(line.getsockname()[1], flush=True)
    asyncio.run(uvicorn.Server(uvicorn.Config(app, log_level="warning")).serve(sockets=[line]))
