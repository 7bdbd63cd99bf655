"""The documentation is run: every console block of every page, in order, and its output."""

import doctest
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import datasette_access_monitoring
from datasette_access_monitoring.resources.canned import canned_directory

PACKAGE = Path(datasette_access_monitoring.__file__).parent
HERE = Path(__file__).parent
DOCS = HERE.parent / "docs"
PAGES = sorted(DOCS.glob("*.md"))
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# What scripts of this environment are found by: the `datasette` beside this Python.
PATH = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"


def examples(page):
    """(command, expected output) of each line that begins with a prompt, and those after it."""
    for block in BLOCK.findall(page.read_text("utf-8")):
        for example in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            first, *lines = example.splitlines(keepends=True)
            while lines and lines[0].startswith("> "):  # the command goes on
                first += lines.pop(0).removeprefix("> ")
            yield first.rstrip("\n"), "".join(lines)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_examples_of_a_page_do_what_it_says(page, tmp_path):
    shutil.copy(DOCS / "example.log", tmp_path)
    for query in (canned_directory() / "privileged_access_report").glob("*.sql"):
        shutil.copy(query, tmp_path)
    environment = {k: v for k, v in os.environ.items() if k != "DATASETTE_AUDIT_DB"}
    for command, expected in examples(page):
        result = subprocess.run(
            ["bash", "-c", f"exec 2>&1; {command}"],
            cwd=tmp_path, env={**environment, "PATH": PATH},
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert doctest.OutputChecker().check_output(
            expected, result.stdout, doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
        ), f"$ {command}\n{result.stdout}"


def test_pages_have_examples_and_links_lead_somewhere():
    assert sum(len(list(examples(page))) for page in PAGES) > 10
    for page in [*PAGES, HERE.parent / "README.md"]:
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text("utf-8")):
            if "://" not in target and "canned_queries" not in target:
                # The package may be installed elsewhere, away from its tests and pages.
                place = PACKAGE.parent if target.startswith(PACKAGE.name) else page.parent
                assert (place / target).exists(), f"{page.name} links to {target}"
