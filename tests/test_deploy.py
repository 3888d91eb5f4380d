"""What deploy/ ships agrees with the product: settings, commands, times, limits."""

import re
import shlex
from pathlib import Path

import pytest
from flask import Flask
from gunicorn.config import Config

from posapp import house, serve, worker
from posapp.messaging.routes.callbacks import BODY_BYTES_MAX
from posapp.settings import Settings, SettingsRefused, load

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"
FILLED_IN = {"<host>": "card.example", "<gateway>": "kannel"}
SERVICES = ("posapp-web.service", "posapp-worker.service")
WORKER_STOP_SECONDS_MAX = worker.SENDS_STOP_SECONDS_MAX + worker.JOBS_STOP_SECONDS_MAX


def text(name: str) -> str:
    return (DEPLOY / name).read_text(encoding="utf-8")


def example() -> dict[str, str]:
    """The example's variables as they are written, placeholders and all."""
    lines = [line for line in text("posapp.env").splitlines() if line and not line.startswith("#")]
    return dict(shlex.split(line)[0].split("=", 1) for line in lines)


def filled_in(value: str) -> str:
    for placeholder, instead in FILLED_IN.items():
        value = value.replace(placeholder, instead)
    return value


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The example in the environment, filled in."""
    for name, value in example().items():
        monkeypatch.setenv(name, filled_in(value))
    return monkeypatch


def said(unit: str, key: str) -> list[str]:
    """Every value of a key in a unit, continued lines joined."""
    joined = text(unit).replace("\\\n", " ")
    return re.findall(rf"^{key}=(.*)$", joined, re.MULTILINE)


def seconds(unit: str, key: str) -> int:
    return int(said(unit, key)[0])


@pytest.fixture
def gunicorn() -> Config:
    """gunicorn's own reading of the web's command line."""
    program, *arguments = shlex.split(said("posapp-web.service", "ExecStart")[0])
    assert program.endswith("/gunicorn")
    config = Config("%(prog)s [OPTIONS] [APP_MODULE]", prog="gunicorn")
    options = config.parser().parse_args(arguments)
    assert options.args == ["wsgi:app"]
    for name, value in vars(options).items():
        if value is not None and name != "args":
            config.set(name, value)
    return config


@pytest.mark.usefixtures("environment")
def test_the_example_starts_production() -> None:
    chosen = load()
    assert chosen.is_production
    assert chosen.url.startswith("postgresql+psycopg://posapp@")
    assert chosen.key_ring_path == Path("/etc/posapp/keys.json")


def test_every_variable_of_the_example_is_a_setting() -> None:
    known = {f"POSAPP_{name.upper()}" for name in Settings.model_fields}
    assert set(example()) <= known


def test_every_placeholder_must_be_filled_in() -> None:
    assert set(re.findall(r"<[^>]+>", "".join(example().values()))) == set(FILLED_IN)
    assert "<angle brackets>" in text("posapp.env")


def test_the_example_holds_no_secret() -> None:
    for name, value in example().items():
        assert not re.search(r"//[^@/]*:[^@/]*@", value), name
        assert not re.search("password|secret|token", name, re.IGNORECASE)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("POSAPP_DEBUG", "true"),
        ("POSAPP_DEMO", "true"),
        ("POSAPP_GATEWAYS", "console"),
        ("POSAPP_BASE_URL", "http://card.example"),
        ("POSAPP_DATABASE_URL", ""),
    ],
)
def test_what_the_read_me_says_is_refused_is_refused(environment: pytest.MonkeyPatch, name: str, value: str) -> None:
    environment.setenv(name, value)
    with pytest.raises(SettingsRefused, match=name):
        load()


@pytest.mark.parametrize("unit", SERVICES)
def test_every_service_reads_the_same_settings_and_may_not_do_more(unit: str) -> None:
    assert said(unit, "EnvironmentFile") == ["/etc/posapp/posapp.env"]
    assert said(unit, "User") == ["posapp"]
    assert said(unit, "NoNewPrivileges") == ["yes"]
    assert said(unit, "ProtectSystem") == ["strict"]
    assert said(unit, "CapabilityBoundingSet") == [""]
    assert example()["POSAPP_DATA_DIR"] == f"/var/lib/{said(unit, 'StateDirectory')[0]}"


def test_the_target_starts_whatever_there_is() -> None:
    wanted = set(said("posapp.target", "Wants")[0].split())
    assert wanted == {path.name for path in DEPLOY.glob("posapp-*")}
    for unit in wanted:
        assert said(unit, "PartOf") == ["posapp.target"]


def test_the_web_is_served_as_it_is_built_for(gunicorn: Config) -> None:
    assert gunicorn.worker_class_str == "gthread"
    assert gunicorn.settings["control_socket_disable"].get() is True
    assert not said("posapp-web.service", "ExecStart")[0].count("--bind"), "it listens at the socket unit's place"
    assert gunicorn.threads <= int(example()["POSAPP_DATABASE_POOL"])


def test_the_worker_is_started_by_a_command_there_is(app: Flask) -> None:
    words = shlex.split(said("posapp-worker.service", "ExecStart")[0])
    assert words[-3:-1] == ["-m", "posapp"]
    assert words[-1] in app.cli.commands


def test_nobody_is_killed_before_their_own_time_is_over(gunicorn: Config) -> None:
    assert seconds("posapp-worker.service", "TimeoutStopSec") > WORKER_STOP_SECONDS_MAX
    assert seconds("posapp-web.service", "TimeoutStopSec") > gunicorn.graceful_timeout
    assert max(WORKER_STOP_SECONDS_MAX, serve.WEB_STOP_SECONDS_MAX) < serve.GRACE_SECONDS


def test_the_proxy_is_the_one_hop_and_says_so_itself() -> None:
    told = dict(re.findall(r"proxy_set_header (\S+) (\S+);", text("nginx.conf")))
    assert example()["POSAPP_PROXY_HOPS"] == "1"
    assert told["X-Forwarded-For"] == "$remote_addr"
    assert told["X-Forwarded-Host"] == told["Host"] == "$host"
    assert told["X-Forwarded-Proto"] == "$scheme"
    assert told["Forwarded"] == '""'


def test_the_proxy_and_the_socket_are_the_same_place() -> None:
    (place,) = said("posapp-web.socket", "ListenStream")
    assert f"server unix:{place};" in text("nginx.conf")
    assert said("posapp-web.socket", "SocketMode") == ["0600"]


def test_the_proxy_refuses_the_same_bodies_as_the_application(app: Flask) -> None:
    everywhere, gateways = re.findall(r"client_max_body_size (\d+)k;", text("nginx.conf"))
    assert int(everywhere) * 1024 == app.config["MAX_CONTENT_LENGTH"] == house.MEGABYTE // 16
    assert int(gateways) * 1024 == BODY_BYTES_MAX


def test_the_proxy_does_not_log_the_secret_addresses_of_providers(app: Flask) -> None:
    (quiet,) = re.findall(r"location (\S+) \{[^}]*access_log off;", text("nginx.conf"))
    callbacks = [rule.rule for rule in app.url_map.iter_rules() if "gateway_callback" in rule.endpoint]
    assert callbacks
    assert all(rule.startswith(quiet) for rule in callbacks)


@pytest.mark.postgres_only
@pytest.mark.parametrize("command", [["grants", "somebody"], ["partitions"]], ids=lambda words: words[0])
def test_the_owners_work_is_the_owners(app: Flask, command: list[str]) -> None:
    done = app.test_cli_runner().invoke(args=command)
    assert done.exit_code == 1
    assert "does not own the tables" in done.output
