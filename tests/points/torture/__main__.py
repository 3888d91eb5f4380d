"""A long torture from the command line: `python -m tests.points.torture --operations 20000`."""

import argparse
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests.points.torture.conductor import torture
from tests.points.torture.ground import house, new_database, new_file, own_server
from tests.points.torture.stage import Size


def main() -> int:
    """Torture each database that is asked for; 1 when there was any problem."""
    parser = argparse.ArgumentParser(prog="python -m tests.points.torture", description=__doc__)
    parser.add_argument("--operations", type=int, default=5_000, help="requests of the clients, about so many")
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--kills", type=int, default=20, help="clients to kill, and as many connections to cut")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    asked = parser.parse_args()
    many = 6 + asked.operations // 250
    size = Size(asked.operations, asked.clients, small_cards=many, kills=asked.kills, seed=asked.seed)
    kinds = ("sqlite", "postgresql") if asked.database == "both" else (asked.database,)
    troubles = [kind for kind in kinds if _is_in_trouble(kind, size)]
    return int(bool(troubles))


def _is_in_trouble(kind: str, size: Size) -> bool:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(own_server()) if kind == "postgresql" else None
        app = stack.enter_context(house(new_database(server) if server else new_file(folder), folder))
        report = torture(app, folder, size, server=server)
        sys.stdout.write(f"{report}\n")
        return bool(report.problems)


if __name__ == "__main__":
    sys.exit(main())
