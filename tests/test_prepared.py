"""Whether there is anything to make before a start: the quick look says the same as Alembic, and no when in doubt."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from posapp import cli
from posapp.core.keys import KeyRing
from posapp.prepared import heads, is_prepared
from posapp.settings import Settings, load


@pytest.fixture
def fresh(tmp_path: Path) -> Settings:
    """The settings of a first start."""
    return load(env="development", demo=True, data_dir=tmp_path / "data", database_url="", key_ring=None)


@pytest.fixture
def made(fresh: Settings) -> Settings:
    """The same after it."""
    cli.prepare(fresh)
    return fresh


def change(house: Settings, statement: str) -> None:
    with closing(sqlite3.connect(house.sqlite_file, isolation_level=None)) as database:
        database.execute(statement)


def test_the_files_say_the_same_as_alembic() -> None:
    config = Config()
    config.set_main_option("script_location", str(cli.MIGRATIONS))
    assert heads() == ScriptDirectory.from_config(config).get_heads()


def test_a_first_start_has_something_to_make(fresh: Settings) -> None:
    assert not is_prepared(fresh)
    assert not fresh.data_dir.exists()


def test_a_second_start_has_nothing_to_make(made: Settings) -> None:
    assert is_prepared(made)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE alembic_version SET version_num = 'older'", "DELETE FROM alembic_version", "DROP TABLE alembic_version"],
)
def test_another_schema_is_something_to_mend(made: Settings, statement: str) -> None:
    change(made, statement)
    assert not is_prepared(made)


def test_a_missing_shop_is_made_only_for_a_demo(made: Settings) -> None:
    change(made, "DELETE FROM shop")
    assert not is_prepared(made)
    assert is_prepared(made.model_copy(update={"demo": False}))


def test_missing_keys_are_something_to_make(made: Settings) -> None:
    assert not is_prepared(made.model_copy(update={"key_ring": made.data_dir / "other.json"}))


def test_a_file_that_is_no_database_is_left_to_alembic(fresh: Settings) -> None:
    fresh.data_dir.mkdir()
    KeyRing.generate().save(fresh.key_ring_path)
    fresh.sqlite_file.write_bytes(b"no database at all")
    assert not is_prepared(fresh)


def test_a_database_named_by_its_address_is_left_to_alembic(made: Settings) -> None:
    assert not is_prepared(made.model_copy(update={"database_url": made.url}))


def test_of_several_migrations_the_last_is_the_newest(tmp_path: Path) -> None:
    for name, down in {"0001": "None", "0002": '"0001"', "0002b": "'0001'", "0003": "('0002', '0002b')"}.items():
        text = f'"""Step {name}."""\n\nrevision = {name!r}\ndown_revision = {down}\n'
        (tmp_path / f"{name}_step.py").write_text(text)
    assert heads(tmp_path) == ["0003"]
