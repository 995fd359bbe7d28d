"""Small changes to Python functions, one at a time, put into the running process in place of the original."""

import ast
import copy
import importlib
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType, FunctionType, ModuleType
from typing import Any

_COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
_COMPUTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.BitOr: ast.BitAnd,
}  # fmt: skip
LONGEST = 12
"""Longer texts are statements and messages, which tests of behaviour do not compare word by word."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One changed function of a module; ``what`` says what was changed, and where."""

    module: str
    function: str
    what: str
    code: CodeType

    def put(self) -> None:
        """Whoever imported the function gets the mutant, too: only its code is another."""
        _function(importlib.import_module(self.module), self.function).__code__ = self.code


def mutants(module_name: str, *, only: tuple[str, ...] = ()) -> Iterator[Mutant]:
    """Of all functions of a module, or of those named; in the order of the text."""
    module = importlib.import_module(module_name)
    source = inspect.getsource(module)
    tree, places = ast.parse(source), len(list(_changes(ast.parse(source))))
    for n in range(places):
        changed = copy.deepcopy(tree)
        node, what, change = list(_changes(changed))[n]
        function = _around(changed, node)
        if not function or (only and function.split(".")[0] not in only):
            continue
        change()
        ast.fix_missing_locations(changed)
        code = _code(compile(changed, str(module.__file__), "exec", dont_inherit=True), function)
        if code is not None:
            yield Mutant(module_name, function, f"{function}, line {node.lineno}: {what}", code)


def _changes(tree: ast.Module) -> Iterator[tuple[Any, str, Any]]:
    """(node, what, how) of every change that can be made."""
    said = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}  # docstrings
    said |= {id(part) for n in ast.walk(tree) if isinstance(n, ast.JoinedStr) for part in ast.walk(n)}
    for node in ast.walk(tree):
        match node:
            case ast.Compare(ops=[op]) if type(op) in _COMPARED:
                new = _COMPARED[type(op)]
                yield node, f"{_name(op)} → {new.__name__}", lambda n=node, o=new: n.ops.__setitem__(0, o())
            case ast.BoolOp(op=op):
                other = ast.And if isinstance(op, ast.Or) else ast.Or
                yield node, f"{_name(op)} → {other.__name__}", lambda n=node, o=other: setattr(n, "op", o())
            case ast.BinOp(op=op) if type(op) in _COMPUTED:
                swap = _COMPUTED[type(op)]
                yield node, f"{_name(op)} → {swap.__name__}", lambda n=node, o=swap: setattr(n, "op", o())
            case ast.Constant(value=bool() as value):
                yield node, f"{value} → {not value}", lambda n=node: setattr(n, "value", not n.value)
            case ast.Constant(value=int() as value):
                yield node, f"{value} → {value + 1}", lambda n=node: setattr(n, "value", n.value + 1)
            case ast.Constant(value=str() as value) if id(node) not in said and len(value) <= LONGEST:
                yield node, f"{value!r} → another", lambda n=node: setattr(n, "value", f"{n.value}?")
            case ast.If() | ast.IfExp():
                yield node, "if → if not", lambda n=node: setattr(n, "test", ast.UnaryOp(ast.Not(), n.test))
            case ast.Return(value=value) if value is not None:
                yield node, "returns nothing", lambda n=node: setattr(n, "value", ast.Constant(None))
            case ast.FunctionDef(args=ast.arguments(args=[ast.arg("state"), *_])):
                yield from _unfolded(node)
            case ast.Call(func=ast.Attribute(value=receiver, attr=("set" | "delete") as method)):
                yield node, f".{method}() left out", lambda n=node, r=receiver: _become(n, r)
            case ast.Call(func=ast.Name(name), keywords=[*named]) if name == "replace" or name[0].isupper():
                for n, keyword in enumerate(named):
                    if keyword.arg is not None:
                        yield node, f"{keyword.arg} left out", lambda c=node, n=n: c.keywords.pop(n)
            case ast.Dict(keys=[*keys]) if None in keys:
                for n in range(len(keys)):
                    yield node, f"part {n + 1} left out", lambda d=node, n=n: (d.keys.pop(n), d.values.pop(n))
            case ast.match_case(pattern=ast.MatchClass()):
                name = ast.unparse(node.pattern).split("(")[0]
                yield (
                    node.pattern,
                    f"case {name} left out",
                    lambda n=node: setattr(n, "guard", ast.Constant(False)),
                )
            case ast.Expr(value=ast.Call()) | ast.AugAssign():
                yield node, "left out", lambda n=node: _leave_out(n)


def _unfolded(function: ast.FunctionDef) -> Iterator[tuple[Any, str, Any]]:
    """A fold that leaves the state as it was."""
    for node in ast.walk(function):
        if isinstance(node, ast.Return) and not isinstance(node.value, ast.Name):
            yield (
                node,
                "returns the state it was given",
                lambda n=node: setattr(n, "value", ast.Name("state", ast.Load())),
            )


def _become(node: Any, other: ast.expr) -> None:
    node.__class__ = ast.IfExp  # the other expression, in the place of this one
    node.test, node.body, node.orelse = ast.Constant(True), other, other


def _name(op: object) -> str:
    return type(op).__name__


def _leave_out(node: Any) -> None:
    node.__class__ = ast.Expr
    node.value = ast.Constant(None)


def _around(tree: ast.Module, node: ast.AST) -> str:
    """The qualified name of the function, or method, that holds a node in its body."""
    for top in tree.body:
        if isinstance(top, ast.FunctionDef) and any(n is node for part in top.body for n in ast.walk(part)):
            return top.name
        if isinstance(top, ast.ClassDef):
            for each in top.body:
                if isinstance(each, ast.FunctionDef) and any(
                    n is node for part in each.body for n in ast.walk(part)
                ):
                    return f"{top.name}.{each.name}"
    return ""


def _code(outer: CodeType, function: str) -> CodeType | None:
    found = outer
    for name in function.split("."):
        inner = [c for c in found.co_consts if isinstance(c, CodeType) and c.co_name == name]
        if not inner:
            return None
        found = inner[0]
    return found


def _function(module: ModuleType, name: str) -> FunctionType:
    found: Any = module
    for part in name.split("."):
        found = found.__dict__[part]
    found = getattr(found, "__func__", found)
    found = getattr(found, "fget", found)
    while hasattr(found, "__wrapped__"):
        found = found.__wrapped__
    assert isinstance(found, FunctionType), name
    return found
