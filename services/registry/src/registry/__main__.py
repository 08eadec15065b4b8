"""python -m registry"""

from chassis.run import run
from registry.app import build
from registry.settings import RegistrySettings

if __name__ == "__main__":
    run(RegistrySettings(), build)
