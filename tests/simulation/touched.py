"""In which stories a planted bug makes a difference at all.

The same seed tells the same story, so with a bug it goes as it does without, until the mistake makes a difference for
the first time. So each story is told once without any bug, and it is noted which of them would have made one: where the
mistake is in an expression without effects, both are worked out, and the sound one is used; elsewhere it counts that
the place is come by. Only these stories need to be told with the bug; the others cannot show it.
"""

import ast
import importlib.abc
import importlib.machinery
import importlib.util
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import CodeType, ModuleType
from typing import Final

from typing_extensions import override

from tests.planted.bug import Bug

PROJECT: Final = Path(__file__).parents[2]
BY_VALUE, BY_PLACE = "_planted_value", "_planted_place"
PURE_CALLS: Final = frozenset(
    {"isinstance", "len", "min", "max", "any", "all", "tuple", "reversed", "reveal", "get", "startswith", "Read",
     "Look", "Send", "Cancel", "Verdict", "RefundVerdict", "Unknown", "Declined", "Approved", "NoAnswer",
     "NotReached"}
)  # fmt: skip
"""What may be called once more, for nothing."""
EFFECTS: Final = (ast.Await, ast.Yield, ast.YieldFrom, ast.NamedExpr, ast.Lambda, ast.JoinedStr)
FUNCTIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef)


def _is_pure(node: ast.AST) -> bool:
    for one in ast.walk(node):
        if isinstance(one, EFFECTS):
            return False
        if isinstance(one, ast.Call):
            name = one.func.attr if isinstance(one.func, ast.Attribute) else getattr(one.func, "id", "")
            if name not in PURE_CALLS:
                return False
    return True


def _children(sound: ast.AST, wrong: ast.AST) -> Iterator[tuple[ast.AST, ast.AST]] | None:
    """The pairs of children that are not the same; None where they cannot be paired."""
    pairs: list[tuple[ast.AST, ast.AST]] = []
    for (_, ours), (_, theirs) in zip(ast.iter_fields(sound), ast.iter_fields(wrong), strict=True):
        if isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
            pairs += [(one, other) for one, other in zip(ours, theirs, strict=True) if isinstance(one, ast.AST)]
            if any(one != other for one, other in zip(ours, theirs, strict=True) if not isinstance(one, ast.AST)):
                return None
        elif isinstance(ours, ast.AST) and isinstance(theirs, ast.AST):
            pairs.append((ours, theirs))
        elif isinstance(ours, list) or isinstance(theirs, list) or ours != theirs:
            return None
    if any(type(one) is not type(other) and not isinstance(one, (ast.expr, ast.stmt)) for one, other in pairs):
        return None
    return iter([(one, other) for one, other in pairs if ast.dump(one) != ast.dump(other)])


def _path(sound: ast.AST, wrong: ast.AST) -> list[tuple[ast.AST, ast.AST]]:
    """From the whole down to the least that holds all that is not the same."""
    path = [(sound, wrong)]
    while type(path[-1][0]) is type(path[-1][1]):
        different = list(_children(*path[-1]) or ())
        if len(different) != 1:
            break
        path.append(different[0])
    return path


class Probes(ast.NodeTransformer):
    """Puts what notes a difference into a module.

    Attributes:
        always: The bugs that are read as the module is imported: every story may show them.
    """

    def __init__(self, tree: ast.Module) -> None:
        self._tree = tree
        self._values: dict[ast.AST, list[tuple[int, ast.expr]]] = defaultdict(list)
        self._places: dict[ast.AST, list[int]] = defaultdict(list)
        self.always: set[int] = set()

    def add(self, number: int, wrong: ast.Module) -> None:
        """Watch for one more bug."""
        path = _path(self._tree, wrong)
        inside = [n for n, (sound, _) in enumerate(path) if isinstance(sound, FUNCTIONS)]
        statements = [sound for sound, _ in path[inside[0] + 1 :] if isinstance(sound, ast.stmt)] if inside else []
        ours, theirs = path[-1]
        if isinstance(ours, ast.operator | ast.cmpop | ast.boolop | ast.unaryop | ast.expr_context):
            ours, theirs = path[-2]
        if inside and isinstance(ours, ast.expr) and isinstance(theirs, ast.expr) and statements:
            is_body = isinstance(getattr(ours, "ctx", ast.Load()), ast.Load)
            if is_body and _is_pure(ours) and _is_pure(theirs):
                self._values[ours].append((number, theirs))
                return
        if statements:
            self._places[statements[-1]].append(number)
        elif inside:
            self._places[path[inside[0]][0]].append(number)
        else:
            self.always.add(number)

    @override
    def visit(self, node: ast.AST) -> ast.AST | list[ast.AST]:
        self.generic_visit(node)
        if node in self._values:
            for number, wrong in self._values[node]:
                arguments = [ast.Constant(number), _late(node), _late(wrong)]
                node = ast.Call(ast.Name(BY_VALUE, ast.Load()), arguments, [])
            return node
        notes = [
            ast.Expr(ast.Call(ast.Name(BY_PLACE, ast.Load()), [ast.Constant(number)], []))
            for number in self._places.get(node, ())
        ]
        if notes and isinstance(node, FUNCTIONS):
            node.body[:0] = notes
            return node
        return [*notes, node] if notes else node


def _late(value: ast.AST) -> ast.expr:
    """An expression that is worked out when it is called."""
    assert isinstance(value, ast.expr)
    nothing = ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[])
    return ast.Lambda(nothing, value)


class Watching(importlib.abc.MetaPathFinder):
    """Finds the modules in which there are bugs to be planted, each with its probes.

    Attributes:
        met: The bugs that made a difference since it was last emptied.
        always: Those that every story may show.
    """

    def __init__(self, bugs: Sequence[Bug]) -> None:
        self.met: set[int] = set()
        self.always = {number for number, bug in enumerate(bugs) if not bug.file.endswith(".py")}
        self._bugs: dict[str, list[tuple[int, Bug]]] = defaultdict(list)
        for number, bug in enumerate(bugs):
            self._bugs[bug.file.removesuffix(".py").replace("/", ".")].append((number, bug))

    @override
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname not in self._bugs:
            return None
        file = str(PROJECT / self._bugs[fullname][0][1].file)
        return importlib.util.spec_from_file_location(fullname, file, loader=Probed(fullname, file, self))

    def code(self, fullname: str, file: str) -> CodeType:
        """A module with its probes."""
        text = Path(file).read_text(encoding="utf-8")
        probes = Probes(tree := ast.parse(text))
        for number, bug in self._bugs[fullname]:
            probes.add(number, ast.parse(text.replace(bug.old, bug.new)))
        self.always |= probes.always
        probes.visit(tree)
        return compile(ast.fix_missing_locations(tree), file, "exec", dont_inherit=True)

    def value(self, number: int, sound: Callable[[], object], wrong: Callable[[], object]) -> object:
        """Both values of an expression: is it the same?"""
        value = sound()
        try:
            other = wrong()
            is_same = type(value) is type(other) and value == other
        except Exception:  # noqa: BLE001 - a mistake may raise anything, and that is a difference
            is_same = False
        if not is_same:
            self.met.add(number)
        return value


class Probed(importlib.machinery.SourceFileLoader):
    """Reads a module with its probes; past all caches."""

    def __init__(self, fullname: str, file: str, watching: Watching) -> None:
        super().__init__(fullname, file)
        self._watching = watching

    @override
    def get_code(self, fullname: str) -> CodeType:
        return self._watching.code(fullname, self.path)

    @override
    def exec_module(self, module: ModuleType) -> None:
        vars(module)[BY_VALUE] = self._watching.value
        vars(module)[BY_PLACE] = self._watching.met.add
        super().exec_module(module)
