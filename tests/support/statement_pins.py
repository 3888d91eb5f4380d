"""Reads one SQL statement and says, for each sharded table in it, which shard it is pinned to.

A table is pinned when its shard column must equal one known value: by an equality of its own, by an equality with a
column that is pinned, or by the only value of an IN. What is pinned inside a subquery or a CTE is known outside it,
never the other way round.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from sqlglot import exp

Constant = str
Output = list[tuple[str, Constant | None]]
"""The columns that a query gives, and the constant that each must be, where that is known."""


@dataclass(frozen=True)
class Touch:
    """One use of a sharded table, and the value that its shard column is pinned to."""

    table: str
    by: str
    pinned_to: Constant | None


@dataclass
class Source:
    """One entry of a FROM: what is known to be constant in it, and which columns it has (None: not known)."""

    table: str | None
    names: frozenset[str] | None
    constants: dict[str, Constant] = field(default_factory=dict)


@dataclass
class Scope:
    """The sources that a condition can see."""

    values: Mapping[str, object]
    outer: Scope | None = None
    sources: dict[str, Source] = field(default_factory=dict)

    def source_of(self, column: exp.Column) -> Source | None:
        if column.table:
            found = self.sources.get(column.table)
        else:
            having = [source for source in self.sources.values() if source.names and column.name in source.names]
            alone = list(self.sources.values()) if len(self.sources) == 1 else []
            found = having[0] if len(having) == 1 else alone[0] if alone and not having else None
        return found or (self.outer.source_of(column) if self.outer else None)

    def constant(self, expression: exp.Expr | None) -> Constant | None:
        """The value that the expression always has, or None."""
        while isinstance(expression, exp.Cast | exp.Paren | exp.Alias):
            expression = expression.this
        if isinstance(expression, exp.Placeholder) and expression.name in self.values:
            return str(self.values[expression.name])
        if isinstance(expression, exp.Literal):
            return expression.name
        if isinstance(expression, exp.Column):
            source = self.source_of(expression)
            return source.constants.get(expression.name) if source else None
        return None


Equality = tuple[exp.Expr, exp.Expr, frozenset[str] | None]
"""Two sides, and the sources that it may pin (None: all): an outer join says nothing about its outer side."""


class Pins:
    """Walks a statement; `touches` and `moves` hold what was found."""

    def __init__(self, shards: Mapping[str, str], columns: Mapping[str, frozenset[str]], values: Mapping[str, object]):
        self._shards = shards
        self._columns = columns
        self._values = values
        self.touches: list[Touch] = []
        self.moves: list[str] = []

    def read(self, node: exp.Expr, outer: Scope | None = None, ctes: Mapping[str, Output] | None = None) -> Output:
        """Read a query or a change with everything inside it."""
        ctes = dict(ctes or {})
        for cte in (node.args.get("with_") or exp.With(expressions=[])).expressions:
            ctes[cte.alias] = []  # a recursive one sees itself, with nothing known about it
            ctes[cte.alias] = _renamed(self.read(cte.this, outer, ctes), cte.args.get("alias"))
        match node:
            case exp.Subquery():
                return self.read(node.this, outer, ctes)
            case exp.SetOperation():
                left, right = self.read(node.this, outer, ctes), self.read(node.expression, outer, ctes)
                return [(a[0], a[1] if a[1] == b[1] else None) for a, b in zip(left, right, strict=False)]
            case exp.Select():
                return self._select(node, outer, ctes)
            case exp.Insert():
                return self._insert(node, outer, ctes)
            case exp.Update() | exp.Delete():
                return self._change(node, outer, ctes)
        return []

    def _select(self, node: exp.Select, outer: Scope | None, ctes: Mapping[str, Output]) -> Output:
        start = node.args.get("from_")
        scope = Scope(self._values, outer)
        self._settle(scope, node, [start.this] if start else [], ctes)
        return [column for each in node.expressions for column in _given(each, scope)]

    def _change(self, node: exp.Update | exp.Delete, outer: Scope | None, ctes: Mapping[str, Output]) -> Output:
        start = node.args.get("from_")
        others = [start.this] if start else list(node.args.get("using") or [])
        scope = Scope(self._values, outer)
        by = self._shards.get(node.this.name)
        for change in node.expressions if isinstance(node, exp.Update) else []:
            if isinstance(change, exp.EQ) and change.this.name == by:
                self.moves.append(f"{node.this.name} would move to another shard: {by} is set")
        self._settle(scope, node, [node.this, *others], ctes)
        return [column for each in _returning(node) for column in _given(each, scope)]

    def _insert(self, node: exp.Insert, outer: Scope | None, ctes: Mapping[str, Output]) -> Output:
        schema = node.this
        table = schema.this.name if isinstance(schema, exp.Schema) else schema.name
        names = [column.name for column in schema.expressions] if isinstance(schema, exp.Schema) else []
        scope = Scope(self._values, outer)
        body = node.expression
        if isinstance(body, exp.Values):
            given = _values_output(body, scope)
            self._nested(body, scope, ctes)
        else:
            given = self.read(body, outer, ctes) if body else []
        known = {name: constant for name, (_, constant) in zip(names, given, strict=False) if constant is not None}
        scope.sources[schema.this.alias_or_name if isinstance(schema, exp.Schema) else table] = Source(
            table, self._columns.get(table), known
        )
        self._note(scope)
        for part in (node.args.get("conflict"), node.args.get("returning")):
            self._nested(part, scope, ctes)
        return [column for each in _returning(node) for column in _given(each, scope)]

    def _settle(self, scope: Scope, node: exp.Expr, first: list[exp.Expr], ctes: Mapping[str, Output]) -> None:
        """Fill the scope with its sources, pin what its conditions pin, note what is touched, read what is nested."""
        joins = [*(node.args.get("joins") or []), *(join for each in first for join in each.args.get("joins") or [])]
        for each in [*first, *(join.this for join in joins)]:
            self._add(scope, each, ctes)
        where = node.args.get("where")
        equalities: list[Equality] = [(a, b, None) for a, b in _equalities(where.this if where else None)]
        for join in joins:
            may_pin = _may_pin(join, scope)
            equalities += [(a, b, may_pin) for a, b in _equalities(join.args.get("on"))]
            equalities += [(a, b, may_pin) for a, b in _shared(join, scope)]
        _pin(scope, equalities)
        for each in (join.this for join in joins if isinstance(join.this, exp.Lateral)):
            scope.sources[each.alias].constants = _known(self.read(each.this, scope, ctes))
        _pin(scope, equalities)
        self._note(scope)
        sources = {id(each) for each in [*first, *(join.this for join in joins)]}
        self._nested(node, scope, ctes, leave_out=sources)

    def _add(self, scope: Scope, each: exp.Expr, ctes: Mapping[str, Output]) -> None:
        name = each.alias_or_name
        if isinstance(each, exp.Subquery):
            output = _renamed(self.read(each.this, scope.outer, ctes), each.args.get("alias"))
            scope.sources[name] = Source(None, frozenset(n for n, _ in output), _known(output))
        elif isinstance(each, exp.Values):
            output = _renamed(_values_output(each, scope), each.args.get("alias"))
            scope.sources[name] = Source(None, frozenset(n for n, _ in output), _known(output))
        elif isinstance(each, exp.Table) and each.name in ctes:
            output = ctes[each.name]
            scope.sources[name] = Source(None, frozenset(n for n, _ in output), _known(output))
        elif isinstance(each, exp.Table) and isinstance(each.this, exp.Identifier):
            scope.sources[name] = Source(each.name, self._columns.get(each.name))
        else:
            scope.sources[name] = Source(None, None)

    def _note(self, scope: Scope) -> None:
        for source in scope.sources.values():
            if source.table is not None and source.table in self._shards:
                by = self._shards[source.table]
                self.touches.append(Touch(source.table, by, source.constants.get(by)))

    def _nested(
        self, node: exp.Expr | None, scope: Scope, ctes: Mapping[str, Output], leave_out: Iterable[int] = ()
    ) -> None:
        """Read the queries inside expressions: EXISTS, scalar subqueries, IN (SELECT …)."""
        seen = set(leave_out)
        stack = list(node.iter_expressions()) if node is not None else []
        while stack:
            each = stack.pop()
            if id(each) in seen or isinstance(each, exp.With):
                continue
            if isinstance(each, exp.Query):
                self.read(each, scope, ctes)
            elif isinstance(each, exp.From | exp.Join):
                stack += [part for part in each.iter_expressions() if id(part) not in seen]
            else:
                stack += each.iter_expressions()


def _pin(scope: Scope, equalities: list[Equality]) -> None:
    """Carry constants along the equalities until nothing new is learnt."""
    learnt = True
    while learnt:
        learnt = False
        for left, right, may_pin in equalities:
            for known, column in ((left, right), (right, left)):
                constant = scope.constant(known)
                if constant is not None and isinstance(column, exp.Column) and scope.constant(column) is None:
                    learnt |= _learn(scope, column, constant, may_pin)


def _learn(scope: Scope, column: exp.Column, constant: Constant, may_pin: frozenset[str] | None) -> bool:
    source = scope.source_of(column)
    for name, own in scope.sources.items():
        if own is source and (may_pin is None or name in may_pin):
            own.constants[column.name] = constant
            return True
    return False


def _equalities(condition: exp.Expr | None) -> Iterator[tuple[exp.Expr, exp.Expr]]:
    """The pairs that must be equal whenever the condition holds."""
    while isinstance(condition, exp.Paren):
        condition = condition.this
    if isinstance(condition, exp.And):
        yield from _equalities(condition.left)
        yield from _equalities(condition.right)
    elif isinstance(condition, exp.EQ):
        yield from _paired(condition.left, condition.right)
    elif isinstance(condition, exp.In) and len(condition.expressions) == 1:
        yield from _paired(condition.this, condition.expressions[0])


def _paired(left: exp.Expr, right: exp.Expr) -> Iterator[tuple[exp.Expr, exp.Expr]]:
    if isinstance(left, exp.Tuple) and isinstance(right, exp.Tuple):
        yield from zip(map(_bare, left.expressions), map(_bare, right.expressions), strict=False)
    else:
        yield _bare(left), _bare(right)


def _bare(expression: exp.Expr) -> exp.Expr:
    while isinstance(expression, exp.Paren | exp.Cast):
        expression = expression.this
    return expression


def _shared(join: exp.Join, scope: Scope) -> Iterator[tuple[exp.Expr, exp.Expr]]:
    """What USING (…) makes equal."""
    right = join.this.alias_or_name
    for name in (identifier.name for identifier in join.args.get("using") or []):
        for left, source in scope.sources.items():
            if left != right and source.names and name in source.names:
                yield exp.column(name, table=left), exp.column(name, table=right)


def _may_pin(join: exp.Join, scope: Scope) -> frozenset[str] | None:
    """LEFT pins the right side alone, RIGHT everything but it, FULL nothing."""
    right = join.this.alias_or_name
    return {
        "LEFT": frozenset({right}),
        "RIGHT": frozenset(scope.sources) - {right},
        "FULL": frozenset(),
    }.get((join.side or "").upper())


def _given(expression: exp.Expr, scope: Scope) -> Output:
    if isinstance(expression, exp.Star) or (isinstance(expression, exp.Column) and expression.is_star):
        return [item for source in scope.sources.values() for item in source.constants.items()]
    return [(expression.alias_or_name, scope.constant(expression))]


def _values_output(values: exp.Values, scope: Scope) -> Output:
    """A column of VALUES is constant when every row says the same."""
    rows = [row.expressions if isinstance(row, exp.Tuple) else [row] for row in values.expressions]
    columns = [{scope.constant(cell) for cell in column} for column in zip(*rows, strict=False)]
    return [(f"column{place}", next(iter(said)) if len(said) == 1 else None) for place, said in enumerate(columns, 1)]


def _renamed(output: Output, alias: exp.Expr | None) -> Output:
    names = [column.name for column in alias.args.get("columns") or []] if alias is not None else []
    return [(name, constant) for name, (_, constant) in zip(names, output, strict=False)] if names else output


def _returning(node: exp.Expr) -> list[exp.Expr]:
    returning = node.args.get("returning")
    return list(returning.expressions) if returning else []


def _known(output: Output) -> dict[str, Constant]:
    return {name: constant for name, constant in output if constant is not None}
