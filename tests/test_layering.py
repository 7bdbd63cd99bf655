"""Who may import whom: the flow goes one way, and only the edges know Datasette."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import datasette_access_monitoring

PACKAGE = Path(datasette_access_monitoring.__file__).parent
NAME = "datasette_access_monitoring"

EVERYTHING = None
# Part -> parts of ours that it may import.  The store takes a checkpoint's shape from the
# source that reached it (`sources.model`, plain data): source -> decode -> store.
MAY_IMPORT = {
    "__init__": EVERYTHING,
    "errors": set(),
    "catalog": {"errors"},
    "events": {"catalog", "errors"},
    "sources": {"events", "errors"},
    "visible": set(),
    "suggestions": set(),
    "sql": {"catalog", "errors", "visible", "suggestions"},
    "store": {"catalog", "events", "errors", "sources.model", "sql.relation", "clock"},
    "config": {"resources", "errors"},
    "schema": {"catalog", "store", "sql.relation", "suggestions", "errors"},
    "advice": {"policy", "resources", "sql", "errors"},
    "stopping": set(),
    "engine": {"sql", "store", "stopping", "errors"},
    "asking": {"engine", "events", "self_audit", "sql", "clock", "errors"},
    "charts": {"sql", "resources", "catalog", "visible"},
    "clock": set(),
    "reports": {
        "engine",
        "store",
        "resources",
        "sql",
        "events",
        "catalog",
        "self_audit",
        "clock",
        "visible",
        "errors",
    },
    "decoded": {"events", "sources.model", "store"},
    "helpers": {"decoded", "events", "sources.model", "store"},
    "load": {"decoded", "helpers", "sources", "events", "store", "errors"},
    "collecting": {"load", "sources", "events", "store", "errors"},
    "hookspecs": {"sources.kinds"},
    "health": {"store", "events", "clock"},
    "prune": {"store", "self_audit", "errors"},
    "retaining": {"prune", "store", "self_audit", "clock", "errors"},
    "self_audit": {"events"},
    "resources": {"events", "store", "catalog", "self_audit", "visible", "errors"},
    "demo": {"catalog", "events", "sources", "errors"},
    "policy": {"resources", "errors"},
    "compat": {"policy", "store.layout", "errors"},
    "web": EVERYTHING,
    "cli": EVERYTHING,
    "sqlite_utils_plugin": EVERYTHING,
}
# The same inside ``sql``: text -> tree (parsing) -> SQLite text (binding), which calls functions
# (udf) that follow Trino's rules.
SQL_MAY_IMPORT = {
    "rules": set(),
    "parsing": set(),
    "udf": {"rules"},
    "functions": {"rules", "binding.bound", "binding.conversion", "binding.lambda_forms"},
    "binding": {"parsing", "functions", "rules", "udf", "relation", "refused"},
    "relation": set(),
    "refused": set(),
    "window": {"rules"},
    "translate": {"parsing", "binding", "relation"},
    "formulas": set(),
    "render": {"formulas", "rules", "translate"},
    "typed_json": {"rules", "render", "translate"},
    "sqlite_functions": {"rules", "udf"},
    "reference": {"functions", "refused"},
}
MAY_IMPORT_DATASETTE = {"__init__", "compat", "web"}
MAY_IMPORT_SQLGLOT = {"sql.parsing", "sql.binding"}
MAY_IMPORT_SQLITE_UTILS = {"store"}


def modules():
    relatives = [path.relative_to(PACKAGE) for path in sorted(PACKAGE.rglob("*.py"))]
    return [
        pytest.param(PACKAGE / path, ".".join(path.with_suffix("").parts), id=str(path))
        for path in relatives
    ]


def imports(path, module):
    """Every module that a file imports, at its top or inside a function, in full."""
    package = [NAME, *module.split(".")[:-1]]
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            start = ".".join([*base, *([node.module] if node.module else [])])
            yield start
            yield from (f"{start}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize(("path", "module"), modules())
def test_imports_follow_the_table(path, module):
    part = module.split(".")[0]
    allowed = MAY_IMPORT[part]
    for imported in imports(path, module):
        top = imported.split(".")[0]
        if top == "datasette":
            assert part in MAY_IMPORT_DATASETTE, f"{module} imports datasette"
        if top == "sqlglot":
            assert module.startswith(tuple(MAY_IMPORT_SQLGLOT)), f"{module} imports sqlglot"
        if top == "sqlite_utils":
            assert part in MAY_IMPORT_SQLITE_UTILS, f"{module} imports sqlite_utils"
        if top != NAME or allowed is EVERYTHING:
            continue
        inside = imported.split(".")[1:]
        if not inside or inside[0] == part:
            continue
        names = {".".join(inside[: n + 1]) for n in range(len(inside))}
        is_package_of_allowed = any(a.startswith(".".join(inside) + ".") for a in allowed)
        assert names & allowed or is_package_of_allowed, f"{module} imports {imported}"


@pytest.mark.parametrize(
    ("path", "module"), [one for one in modules() if one.values[1].startswith("sql.")]
)
def test_imports_inside_sql_follow_its_table(path, module):
    part = module.split(".")[1]
    if part == "__init__":
        return
    for imported in imports(path, module):
        inside = imported.removeprefix(f"{NAME}.sql.").split(".")
        if not imported.startswith(f"{NAME}.sql.") or inside[0] == part:
            continue
        names = {inside[0], ".".join(inside[:2])}
        is_package = any(a.startswith(f"{'.'.join(inside)}.") for a in SQL_MAY_IMPORT[part])
        assert names & SQL_MAY_IMPORT[part] or is_package, f"{module} imports {imported}"


@pytest.mark.parametrize(("path", "module"), modules())
def test_every_file_says_what_lives_there(path, module):
    assert ast.get_docstring(ast.parse(path.read_text("utf-8"))), module


def loaded_by(code):
    out = subprocess.run(
        [sys.executable, "-c", f"{code}; import sys; print(' '.join(sys.modules))"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return set(out.stdout.split())


@pytest.mark.parametrize(
    "code",
    [f"import {NAME}", f"import {NAME}.cli", f"import {NAME}.sqlite_utils_plugin"],
)
def test_what_every_command_imports_is_light(code):
    heavy = {"datasette", "sqlglot", "yaml", "msgspec", "sqlite_utils"}
    assert not heavy & loaded_by(code)
