"""Reads the house's own source and says where it breaks its rules. Works on any tree, so that faults can be planted."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

SHELVES = {
    "core": 0,
    "audit": 1,
    "web": 2,
    "messaging": 3,
    **dict.fromkeys(("stores", "members", "staff"), 4),
    **dict.fromkeys(("consent", "verification", "points"), 5),
    **dict.fromkeys(("enrolment", "till", "card", "campaigns"), 6),
    **dict.fromkeys(("api", "reports", "privacy"), 7),
}
TOP = 8
"""`posapp/__init__.py` and the commands: they may know every room."""

NEIGHBOURS = {("staff", "stores")}
PRIVATE = ("forms", "routes")
ORDER = ("models", "queries", "service", "forms", "routes")
KNOW_FLASK = {"posapp", "posapp.house", "posapp.cli", "posapp.__main__", "posapp.core.db"}
EMPTY_NAMES = {"utils", "helpers", "manager", "managers", "data", "info", "misc", "common"}
FILE_LINES_MAX, FUNCTION_LINES_MAX, ROUTE_LINES_MAX = 300, 40, 15
ROUTE_WORDS = {"route", "get", "post"}


@dataclass(frozen=True)
class Module:
    """One source file and what it says of itself."""

    name: str
    path: Path

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, str(self.path))

    @property
    def room(self) -> str:
        """The feature it belongs to; `posapp` itself for the files that lie beside the rooms."""
        parts = self.name.split(".")
        return parts[1] if len(parts) > 1 and (parts[1] in SHELVES or self.path.parent.name != "posapp") else "posapp"

    @property
    def kind(self) -> str | None:
        """`models`, `queries`, … when it is one of those, or lies in a folder that is."""
        return next((part for part in self.name.split(".")[2:] if part in ORDER), None)

    @cached_property
    def imports(self) -> list[tuple[int, str]]:
        """(line, full name) of everything imported, inside functions too."""
        return list(self._imports())

    def _imports(self) -> Iterator[tuple[int, str]]:
        package = self.name if self.path.name == "__init__.py" else self.name.rpartition(".")[0]
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                base = node.module or ""
                if node.level:
                    above = package.split(".")[: len(package.split(".")) - node.level + 1]
                    base = ".".join([*above, *([node.module] if node.module else [])])
                yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)


def modules(package: Path) -> list[Module]:
    """Every module below `package` (the folder named posapp)."""
    found = []
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package.parent).with_suffix("").parts
        found.append(Module(".".join(parts[:-1] if parts[-1] == "__init__" else parts), path))
    return found


Rule = Callable[[Module], Iterator[str]]


def arrows_point_down(module: Module) -> Iterator[str]:
    """A room imports from shelves below its own; neighbours do not know each other; all may read the settings."""
    for line, name in module.imports:
        parts = name.split(".")
        if parts[0] != "posapp" or name.startswith("posapp.settings"):
            continue
        target = parts[1] if len(parts) > 1 and parts[1] in SHELVES else "posapp"
        if target == module.room or (module.room, target) in NEIGHBOURS:
            continue
        if SHELVES.get(target, TOP) >= _shelf(module):
            yield f"{module.name}:{line} reaches up or sideways to {name}"


def _shelf(module: Module) -> int:
    if module.name == "posapp.settings":
        return 1  # settings may lean on the ground floor alone
    return TOP if module.room == "posapp" else SHELVES.get(module.room, -1)


def rooms_are_known(module: Module) -> Iterator[str]:
    """A new room says on which shelf it stands."""
    if module.room != "posapp" and module.room not in SHELVES:
        yield f"{module.name} is in a room without a shelf"


def private_rooms(module: Module) -> Iterator[str]:
    """Another feature's forms and routes are private; inside one, models → queries → service → forms → routes."""
    for line, name in module.imports:
        parts = name.split(".")
        if parts[0] != "posapp" or len(parts) < 3 or parts[1] == "web" or module.room == "posapp":
            continue
        kind = next((part for part in parts[2:] if part in ORDER), None)
        if kind in PRIVATE and parts[1] != module.room:
            yield f"{module.name}:{line} enters the private {name}"
        if parts[1] == module.room and kind is not None:
            if module.kind is None and kind in PRIVATE:
                yield f"{module.name}:{line} leans on {name}, which is nearer to the door"
            if module.kind is not None and ORDER.index(kind) > ORDER.index(module.kind):
                yield f"{module.name}:{line} leans on {name}, which is nearer to the door"


def few_know_flask(module: Module) -> Iterator[str]:
    """Only routes, forms, web, core/db, cli and __init__ know Flask."""
    if module.room == "web" or module.kind in PRIVATE or module.name in KNOW_FLASK:
        return
    for line, name in module.imports:
        if name.split(".")[0].startswith("flask"):
            yield f"{module.name}:{line} knows {name}"


def one_place_commits(module: Module) -> Iterator[str]:
    """`.commit(` and a written COMMIT stand in core/db.py alone."""
    if module.name == "posapp.core.db":
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and node.attr == "commit":
            yield f"{module.name}:{node.lineno} commits"
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.strip().upper() == "COMMIT":
            yield f"{module.name}:{node.lineno} writes COMMIT"


def one_clock(module: Module) -> Iterator[str]:
    """Nobody but core/clock.py asks the machine, and nobody asks the database, what time it is."""
    if module.name == "posapp.core.clock":
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and (_dotted(node) in ASKING_THE_TIME or _is_sql_now(node)):
            yield f"{module.name}:{node.lineno} asks {_dotted(node)} for the time"


ASKING_THE_TIME = {
    *(f"{name}.{asked}" for name in ("datetime", "datetime.datetime") for asked in ("now", "utcnow", "today")),
    *(f"{name}.today" for name in ("date", "datetime.date")),
    *(f"time.{asked}" for asked in ("time", "time_ns", "localtime", "gmtime")),
}


def _dotted(node: ast.Attribute) -> str:
    value = node.value
    before = _dotted(value) if isinstance(value, ast.Attribute) else value.id if isinstance(value, ast.Name) else "?"
    return f"{before}.{node.attr}"


def _is_sql_now(node: ast.Attribute) -> bool:
    return _dotted(node) in {"func.now", "func.current_timestamp", "sa.func.now", "func.clock_timestamp"}


def ceilings(module: Module) -> Iterator[str]:
    """A file, a function and a route fit into a reader's head."""
    length = len(module.text.splitlines())
    if length > FILE_LINES_MAX:
        yield f"{module.name} has {length} lines, more than {FILE_LINES_MAX}"
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        limit = ROUTE_LINES_MAX if any(map(_is_route, node.decorator_list)) else FUNCTION_LINES_MAX
        lines = (node.end_lineno or node.lineno) - node.lineno + 1
        if lines > limit:
            yield f"{module.name}:{node.lineno} {node.name} has {lines} lines, more than {limit}"


def _is_route(decorator: ast.expr) -> bool:
    return (
        isinstance(decorator, ast.Call)
        and isinstance(decorator.func, ast.Attribute)
        and decorator.func.attr in ROUTE_WORDS
    )


def packages_speak(module: Module) -> Iterator[str]:
    """Each package begins with its promises; each folder with modules is a package."""
    if module.path.name == "__init__.py" and not ast.get_docstring(module.tree):
        yield f"{module.name} has no docstring"
    if not (module.path.parent / "__init__.py").exists():
        yield f"{module.name} lies in a folder without __init__.py"


def names_say_something(module: Module) -> Iterator[str]:
    """A file is named after the noun in it."""
    if module.name.rpartition(".")[2] in EMPTY_NAMES:
        yield f"{module.name} says nothing about what is in it"


RULES: tuple[Rule, ...] = (
    arrows_point_down,
    rooms_are_known,
    private_rooms,
    few_know_flask,
    one_place_commits,
    one_clock,
    ceilings,
    packages_speak,
    names_say_something,
)
