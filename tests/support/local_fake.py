"""A small process that behaves as a service does, for tests of the supervisor.

local_fake.py PORT [--slow SECONDS] [--stubborn] [--child]: answers 200 on /health/ready once SECONDS have passed.
"""

import argparse
import http.server
import signal
import subprocess
import sys
import time

STARTED = time.monotonic()


class Health(http.server.BaseHTTPRequestHandler):
    slow = 0.0

    def do_GET(self) -> None:
        self.send_response(200 if time.monotonic() - STARTED >= self.slow else 503)
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        return


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("--slow", type=float, default=0.0)
    parser.add_argument("--stubborn", action="store_true", help="take no notice of SIGTERM")
    parser.add_argument("--child", action="store_true", help="have a child that leaves for a session of its own")
    arguments = parser.parse_args()
    if arguments.stubborn:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if arguments.child:
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
    Health.slow = arguments.slow
    print("serving", flush=True)
    http.server.ThreadingHTTPServer(("127.0.0.1", arguments.port), Health).serve_forever()


if __name__ == "__main__":
    main()
