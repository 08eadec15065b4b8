"""Succeeds while this container's process answers /health/live."""

import http.client
import os
import sys

connection = http.client.HTTPConnection("127.0.0.1", int(os.environ["TAPAL_HTTP_PORT"]), timeout=3)
connection.request("GET", "/health/live")
sys.exit(connection.getresponse().status != 200)
