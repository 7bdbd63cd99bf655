"""Puts the chart library into ``static/vendor``: the files and licences that are pinned beside it.

    python3 tools/vendor_charts.py           # fetch with npm, check, write
    python3 tools/vendor_charts.py --check   # only say whether the files are what is pinned

``vendor_charts.json`` names every package with its version and npm's own integrity hash: those
whose built files we serve, and those that are built into them, of which we owe the licences.
To take a newer version, change it there, with the hash that ``npm view NAME@VERSION
dist.integrity`` prints.  Needs npm for fetching.
"""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

PINNED = Path(__file__).with_suffix(".json")
VENDOR = Path(__file__).parent.parent / "datasette_access_monitoring" / "static" / "vendor"


def fetched(name: str, version: str, integrity: str, folder: Path) -> tarfile.TarFile:
    """The package's archive, if it is the one that is pinned."""
    command = ["npm", "pack", "--silent", f"{name}@{version}", "--pack-destination", str(folder)]
    made = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    archive = folder / made
    digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if f"sha512-{digest}" != integrity:
        raise SystemExit(f"{name}@{version} is not what is pinned: sha512-{digest}")
    return tarfile.open(archive)


def member(archive: tarfile.TarFile, path: str) -> bytes:
    """A file of a package."""
    found = archive.extractfile(f"package/{path}")
    assert found is not None, f"{path} is no file"
    return found.read()


def licence(archive: tarfile.TarFile) -> str:
    """The licence text of a package."""
    names = [name for name in archive.getnames() if name.upper().startswith("PACKAGE/LICEN")]
    if not names:
        raise SystemExit(f"{archive.name} has no licence file")
    return member(archive, names[0].partition("/")[2]).decode().strip()


def write() -> None:
    """Fetch everything that is pinned and write it."""
    pinned = json.loads(PINNED.read_text("utf-8"))
    texts = []
    VENDOR.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for package in pinned["packages"]:
            name, version = package["name"], package["version"]
            archive = fetched(name, version, package["integrity"], Path(folder))
            texts.append(f"{name} {version}\n\n{licence(archive)}\n")
            for served in package.get("files", []):
                content = member(archive, served["path"])
                (VENDOR / served["as"]).write_bytes(content)
                served["sha256"] = hashlib.sha256(content).hexdigest()
    rule = "\n" + "-" * 72 + "\n\n"
    (VENDOR / "LICENSES.txt").write_text(rule.join(texts), "utf-8")
    PINNED.write_text(json.dumps(pinned, indent=2) + "\n", "utf-8")


def check() -> list[str]:
    """What is not as it is pinned."""
    pinned = json.loads(PINNED.read_text("utf-8"))
    faults = []
    for package in pinned["packages"]:
        for served in package.get("files", []):
            file = VENDOR / served["as"]
            if not file.exists():
                faults.append(f"{file.name} is missing")
            elif hashlib.sha256(file.read_bytes()).hexdigest() != served["sha256"]:
                faults.append(f"{file.name} is not the one that is pinned")
    return faults


if __name__ == "__main__":
    if "--check" in sys.argv[1:]:
        sys.exit("\n".join(check()) or 0)
    write()
