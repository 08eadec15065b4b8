"""python -m alerts"""

from alerts.app import build
from alerts.settings import AlertsSettings
from chassis.run import run

if __name__ == "__main__":
    run(AlertsSettings(), build)
