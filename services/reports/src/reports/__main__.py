"""python -m reports"""

from chassis.run import run
from reports.app import build
from reports.settings import ReportsSettings

if __name__ == "__main__":
    run(ReportsSettings(), build)
