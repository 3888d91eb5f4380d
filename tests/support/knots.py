"""Circles of modules that import each other, imports inside functions counted."""

from collections.abc import Iterator

from tests.support.architecture import Module


def circles(house: list[Module]) -> Iterator[str]:
    """One line for each set of modules that can only be understood together (Tarjan's strongly connected sets)."""
    known = {module.name for module in house}
    arrows = {module.name: _targets(module, known) for module in house}
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    path: list[str] = []

    def visit(name: str) -> Iterator[str]:
        index[name] = low[name] = len(index)
        path.append(name)
        for target in sorted(arrows[name]):
            if target not in index:
                yield from visit(target)
                low[name] = min(low[name], low[target])
            elif target in path:
                low[name] = min(low[name], index[target])
        if low[name] == index[name]:
            circle = path[path.index(name) :]
            del path[path.index(name) :]
            if len(circle) > 1:
                yield " ↔ ".join(sorted(circle))

    for name in sorted(arrows):
        if name not in index:
            yield from visit(name)


def _targets(module: Module, known: set[str]) -> set[str]:
    """The modules that it imports: `from posapp.core import keys` means the module keys, when there is one."""
    found = set()
    for _, name in module.imports:
        parts = name.split(".")
        best = next((".".join(parts[:end]) for end in range(len(parts), 0, -1) if ".".join(parts[:end]) in known), None)
        if best is not None and best != module.name and best != "posapp":
            found.add(best)
    return found
