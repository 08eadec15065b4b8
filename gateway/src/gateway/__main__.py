"""`python -m gateway`"""

from chassis.run import run
from gateway.app import build
from gateway.settings import GatewaySettings

if __name__ == "__main__":
    run(GatewaySettings(), build)
