"""What can be known of docker-compose.yml without an engine: that everything it names is there."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from compose_files import COMPOSE, ROOT, SERVICES, hand_out, start

from alerts.settings import AlertsSettings
from chassis.settings import Settings
from gateway.going_live import Papers, read_papers
from gateway.settings import GatewaySettings
from registry.settings import RegistrySettings
from reports.settings import ReportsSettings
from tapal_local import broker, database, topology
from tapal_local.commands import PROVISION_NEEDS
from tapal_local.parts import ROLES
from tapal_local.provision import read_agencies
from tapal_local.vault import Vault

SETTINGS: dict[str, type[Settings]] = {
    "registry": RegistrySettings,
    "alerts": AlertsSettings,
    "reports": ReportsSettings,
    "gateway": GatewaySettings,
}
PROMETHEUS: dict[str, Any] = yaml.safe_load((ROOT / "deploy" / "prometheus" / "prometheus.yml").read_text())
LIVE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.live.yml").read_text())["services"]
LIVE_FILE, LIVE_FOLDER = "TAPAL_LIVE_FILE", Path("/etc/tapal/live")
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text()


@pytest.fixture(scope="module")
def hands(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The secrets of every container, made as the `secrets` service makes them."""
    folder = tmp_path_factory.mktemp("hands")
    agencies = read_agencies(ROOT / "deploy" / "agencies")
    for _ in range(2):  # the second time changes nothing and fails on nothing
        hand_out.hand_out(Vault(folder / "vault"), agencies, folder, lambda path, user, group: None)
    return folder


def environment(name: str) -> dict[str, str]:
    return dict(SERVICES[name].get("environment", {}))


@pytest.mark.parametrize("name", SERVICES)
def test_service_is_complete(name: str) -> None:
    service = SERVICES[name]
    image = service["image"]
    assert re.fullmatch(r"[a-z/-]+:v?\d[\w.-]+", image), "pinned by a tag that is a version"
    assert set(service.get("depends_on", {})) <= set(SERVICES)
    for other, wanted in service.get("depends_on", {}).items():
        once = SERVICES[other].get("restart") == "no"
        assert wanted["condition"] == ("service_completed_successfully" if once else "service_healthy")
        assert once or "healthcheck" in SERVICES[other] or "build" in SERVICES[other]
    for source in (volume.split(":")[0] for volume in service.get("volumes", [])):
        assert (ROOT / source).exists() if source.startswith(".") else source in COMPOSE["volumes"]


def test_every_volume_is_used_and_nothing_waits_in_a_circle() -> None:
    used = {volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}
    assert set(COMPOSE["volumes"]) <= used
    left = {name: set(service.get("depends_on", {})) for name, service in SERVICES.items()}
    while ready := [name for name, waits in left.items() if not waits & set(left)]:
        for name in ready:
            del left[name]
    assert not left


def test_only_gateway_and_prometheus_are_reached_from_this_machine_alone() -> None:
    ports = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert set(ports) == {"gateway", "prometheus"}
    assert all(port.startswith("127.0.0.1:") for found in ports.values() for port in found)


@pytest.mark.parametrize("name", SERVICES)
def test_programs_named_are_in_the_image(name: str) -> None:
    for word in SERVICES[name].get("command", []):
        if word.startswith("/opt/tapal/docker/"):
            assert (ROOT / "deploy" / "docker" / Path(word).name).is_file()


def test_the_processes_are_those_of_one_machine() -> None:
    processes = {name for name in SERVICES if "TAPAL_NAME" in environment(name)}
    assert processes == set(ROLES) == set(hand_out.KEYS)
    for name, (package, roles) in ROLES.items():
        settings = environment(name)
        assert SERVICES[name]["build"]["args"]["SERVICE"] == package
        assert settings["TAPAL_ROLES"] == roles
        assert settings["TAPAL_MONGO_DATABASE"] == database.USERS[name][0]


@pytest.mark.parametrize("name", ROLES)
def test_process_starts_with_what_it_is_given(name: str, hands: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cls = SETTINGS[ROLES[name][0]]
    fields = {f"TAPAL_{field}".upper() for field in cls.model_fields}
    settings = environment(name)
    assert set(settings) <= fields, "no setting that the process does not know"
    for variable in settings:
        monkeypatch.delenv(variable, raising=False)
    for variable, value in start.filled(settings, hands / name).items():
        assert "{" not in value
        monkeypatch.setenv(variable, value)
        if variable.endswith("_FILE") and variable != LIVE_FILE:
            assert Path(value).parent == Path("/run/tapal")
            assert (hands / name / Path(value).name).is_file(), f"{variable}: not handed out"
    read = cls()
    assert read.name == name
    assert f"for-{name}:/run/tapal:ro" in SERVICES[name]["volumes"]


@pytest.mark.parametrize("name", ROLES)
def test_process_gets_no_key_that_it_does_not_read(name: str, hands: Path) -> None:
    settings = environment(name)
    files = {variable: value for variable, value in settings.items() if variable.endswith("_FILE")}
    named = {Path(value).name for variable, value in files.items() if variable != LIVE_FILE}
    named |= {f"{way}.password" for value in settings.values() for way in start.PLACE.findall(value)}
    assert {file.name for file in (hands / name).iterdir()} == named
    assert all(file.stat().st_mode & 0o777 == 0o400 for file in (hands / name).iterdir())


def test_the_broker_gets_every_file_that_it_is_told_to_read(hands: Path) -> None:
    told = SERVICES["broker"]["environment"]
    assert told["ERL_CRASH_DUMP_SECONDS"] == "0"
    named = [value for name, value in told.items() if name.endswith("_FILE")]
    named += [f"{told['RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS'].removeprefix('-config ')}.config"]
    files = {Path(value) for value in named}
    assert {file.parent for file in files} == {Path("/run/tapal")}
    assert {file.name for file in files} == {file.name for file in (hands / "broker").iterdir()}
    assert (hands / "broker" / "erlang.config").read_text() == broker.SILENT


def test_addresses_name_the_user_the_host_and_safe_writes() -> None:
    for name in ROLES:
        settings, (own, others) = environment(name), database.USERS[name]
        assert settings["TAPAL_AMQP_URL"] == f"amqp://{name}:{{amqp}}@broker:5672/"
        mongo = f"mongodb://{name}:{{mongo}}@database:27017/{{}}?authSource={own}"
        mongo += "&replicaSet=tapal&retryWrites=true&w=majority"
        assert settings["TAPAL_MONGO_URL"] == mongo.replace("{}", own)
        if name == "registry-sealed":
            assert settings["TAPAL_REGISTRY_MONGO_URL"] == mongo.replace("{}", others[0])
    for variable, value in environment("gateway").items():
        if found := re.fullmatch(r"http://([a-z-]+):8000", value):
            assert variable.startswith("TAPAL_")
            assert environment(found[1])["TAPAL_HTTP_PORT"] == "8000"


def mounted(name: str, path: Path) -> Path:
    """Where a path in this container is on the machine, in live mode."""
    volumes = [*SERVICES[name]["volumes"], *LIVE[name].get("volumes", [])]
    folders = {place: ROOT / source for source, place, way in (volume.split(":") for volume in volumes) if way == "ro"}
    return folders[str(path.parent)] / path.name


def test_live_mode_reads_what_people_wrote_and_nothing_of_the_sample() -> None:
    live = {name: environment(name) | LIVE[name]["environment"] for name in LIVE}
    assert set(live) == set(ROLES)
    assert {settings["TAPAL_MODE"] for settings in live.values()} == {"live"}
    assert live["gateway"]["TAPAL_SECURE_COOKIE"] == "true"
    written = [("gateway", LIVE_FILE), ("gateway", "TAPAL_ACCOUNTS_FILE"), ("alerts-protection", "TAPAL_ROTA_FILE")]
    for name, variable in written:
        path = Path(live[name][variable])
        assert path.parent == LIVE_FOLDER, variable
        assert mounted(name, path).parent == ROOT / "deploy" / "live"
        assert variable.lower().removeprefix("tapal_") in SETTINGS[ROLES[name][0]].model_fields
    # The file names the rota from its own folder: the desk and the check read the same one.
    example = (ROOT / "deploy" / "live" / "live.example.yaml").read_text()
    assert (
        re.search(r"protection_rota: (\S+)", example).group(1)
        == Path(live["alerts-protection"]["TAPAL_ROTA_FILE"]).name
    )  # type: ignore[union-attr]
    assert read_papers(ROOT / "deploy" / "live" / "live.example.yaml") == Papers()
    assert "deploy/live/*" in (ROOT / ".gitignore").read_text().splitlines()


def test_one_shots_get_what_they_need(hands: Path) -> None:
    assert set(PROVISION_NEEDS) == set(environment("provision"))
    for name in ("provision", "replica-set"):
        filled = start.filled(environment(name), hands / "vault")
        assert not any("{" in value for value in filled.values())
    handed = {volume.split("/")[-1] for volume in SERVICES["secrets"]["volumes"]} - {"vault"}
    assert handed == {file.name for file in hands.iterdir()} - {"vault"}
    assert "admin" not in topology.users(read_agencies(ROOT / "deploy" / "agencies"))


def test_no_secret_is_in_the_file() -> None:
    for service in SERVICES.values():
        for value in service.get("environment", {}).values():
            for found in re.findall(r"://[^/@]*:([^/@]*)@", value):
                assert start.PLACE.fullmatch(found)


def test_dockerfile_copies_what_is_there_and_not_ignored() -> None:
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = [path for line in re.findall(r"^COPY (?!--)(.+) \S+$", DOCKERFILE, re.MULTILINE) for path in line.split()]
    assert copied
    for path in copied:
        assert (ROOT / path).exists()
        assert path in kept
    assert "USER 10001" in DOCKERFILE
    assert hand_out.TAPAL == 10001


def test_prometheus_asks_every_process_and_the_broker_for_totals_alone() -> None:
    jobs = {job["job_name"]: job for job in PROMETHEUS["scrape_configs"]}
    targets = {name: [t for group in job["static_configs"] for t in group["targets"]] for name, job in jobs.items()}
    assert sorted(targets["tapal"]) == sorted(f"{name}:{environment(name)['TAPAL_HTTP_PORT']}" for name in ROLES)
    assert targets["broker"] == ["broker:15692"]
    assert jobs["broker"].get("metrics_path", "/metrics") == "/metrics"
    assert "rabbitmq_prometheus" in (ROOT / "deploy" / "docker" / "enabled_plugins").read_text()
    assert "per_object" not in (ROOT / "docker-compose.yml").read_text()
