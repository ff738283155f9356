"""Structure of the code: unique class names, short modules and short functions."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from statistics import median, quantiles

PACKAGE = Path(__file__).parents[1] / "opsec"
FILES = [file.relative_to(PACKAGE) for file in sorted(PACKAGE.rglob("*.py"))]
LINES = {file: len((PACKAGE / file).read_text("utf-8").splitlines()) for file in FILES}
MODULES = [file for file in FILES if file.name not in {"__init__.py", "__main__.py"}]
MAX_MODULE_LINES = 350
MAX_FUNCTION_LINES = 45
CRUMB_LINES = 25


@cache
def _trees() -> dict[Path, ast.Module]:
    """Syntax trees of all modules; parsed when the first test needs them, not when tests are collected."""
    return {file: ast.parse((PACKAGE / file).read_text("utf-8")) for file in FILES}


def _functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def _lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without its docstring."""
    assert function.end_lineno is not None
    docstring = function.body[0] if ast.get_docstring(function) else None
    documented = docstring.end_lineno - docstring.lineno + 1 if docstring and docstring.end_lineno else 0
    return function.end_lineno - function.lineno + 1 - documented


def _importers(file: Path) -> int:
    """Number of modules that import from this one."""
    name = ".".join(("opsec", *file.with_suffix("").parts))
    return sum(
        any(isinstance(node, ast.ImportFrom) and node.module == name for node in ast.walk(tree))
        for tree in _trees().values()
    )


def test_public_class_names_are_unique() -> None:
    places = defaultdict(list)
    for file, tree in _trees().items():
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(str(file))
    assert {name: files for name, files in places.items() if len(files) > 1} == {}


def test_modules_are_short() -> None:
    sizes = [LINES[file] for file in MODULES]
    assert 60 <= median(sizes) <= 250
    assert [str(file) for file in MODULES if LINES[file] > MAX_MODULE_LINES] == []


def test_no_module_holds_one_small_function_used_once() -> None:
    crumbs = [
        str(file)
        for file in MODULES
        if LINES[file] < CRUMB_LINES
        and len(list(_functions(_trees()[file]))) == 1
        and not any(isinstance(node, ast.ClassDef) for node in _trees()[file].body)
        and file.parts[0] != "cli"  # one file per command, however short
        and _importers(file) < 2
    ]
    assert crumbs == []


def test_functions_are_short() -> None:
    sizes = [_lines(function) for tree in _trees().values() for function in _functions(tree)]
    assert quantiles(sizes, n=10)[-1] <= 26
    long = [
        f"{file}: {function.name}"
        for file, tree in _trees().items()
        for function in _functions(tree)
        if _lines(function) > MAX_FUNCTION_LINES
    ]
    assert set(long) <= {"cli/scan.py: add_to"}, "two commands are declared in it, each with its options"


def test_every_module_has_a_docstring() -> None:
    assert [str(file) for file, tree in _trees().items() if LINES[file] and not ast.get_docstring(tree)] == []
