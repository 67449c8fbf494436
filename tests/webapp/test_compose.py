"""docker-compose.yml says what the settings read, and keeps no secret."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = [name for name, service in SERVICES.items() if service.get("image", "").startswith("tiller:")]
# Read by the worker's own code or by its health check, not by the settings.
READ_ELSEWHERE = {"TILLER_WORKER_QUEUES", "TILLER_WORKER_NAME"}


def test_every_part_of_the_design_is_a_service():
    wanted = {"postgres", "valkey", "web", "sweep", "proxy", "vllm"} | {
        f"worker-{queue}" for queue in ("llm", "vision", "training", "default")
    }

    assert wanted <= set(SERVICES)
    assert SERVICES["vllm"]["profiles"] == ["served"]


@pytest.mark.parametrize("name", OURS)
def test_every_variable_is_one_that_the_settings_read(name):
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', (ROOT / "webapp" / "settings.py").read_text()))

    given = set(SERVICES[name]["environment"])

    assert given - READ_ELSEWHERE <= read
    assert {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "TILLER_HOME"} <= given


def test_no_secret_has_a_default():
    text = (ROOT / "docker-compose.yml").read_text()

    for name in ("SECRET_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD"):
        uses = re.findall(r"(?<!\$)\$\{" + name + r"([^}]*)\}", text)
        assert uses, name
        assert all(use.startswith(":?") for use in uses), f"{name} has a default"
    assert not re.search(r"(PASSWORD|SECRET_KEY): *[A-Za-z0-9]", text)


def test_every_long_running_service_has_a_health_check():
    without = [name for name, service in SERVICES.items() if "healthcheck" not in service and name != "migrate"]

    assert without == []


def test_every_queue_has_a_worker_with_its_concurrency():
    for queue in ("llm", "vision", "training", "default"):
        command = SERVICES[f"worker-{queue}"]["command"]

        assert command[command.index("-Q") + 1] == queue
        assert int(command[command.index("-c") + 1]) >= 1


def test_the_files_that_it_mounts_are_there():
    dockerfile = SERVICES["web"]["build"]["dockerfile"]
    mounts = [volume.split(":")[0] for volume in SERVICES["proxy"]["volumes"] if volume.startswith("./")]

    assert (ROOT / dockerfile).is_file()
    assert mounts
    assert all((ROOT / mount).is_file() for mount in mounts)
