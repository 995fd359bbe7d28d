"""Makes a Chromium for the browser tests, if the machine has none: `python tools/browser/unpack.py`.

The npm package carries it compressed by Brotli, which Node reads and Python does not.
"""

import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
PACKED = HERE / "node_modules/@sparticuz/chromium/bin"
UNPACKED = HERE / "unpacked"
SYSTEM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

INFLATE = """
import { createReadStream, createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress } from "node:zlib";
const [from, to] = process.argv.slice(1);
await pipeline(createReadStream(from), createBrotliDecompress(), createWriteStream(to));
"""


def system_chromium() -> str | None:
    return next(filter(None, map(shutil.which, SYSTEM_NAMES)), None)


def main() -> None:
    if (UNPACKED / "chromium").exists():
        return
    subprocess.run(
        ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=HERE, check=True, stdout=sys.stderr
    )
    unfinished = UNPACKED.with_suffix(".new")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    for packed in sorted(PACKED.glob("*.br")):
        _unpack(packed, unfinished)
    (unfinished / "chromium").chmod(0o755)
    unfinished.rename(UNPACKED)


def _unpack(packed: Path, folder: Path) -> None:
    plain = folder / packed.stem
    subprocess.run(["node", "--input-type=module", "--eval", INFLATE, str(packed), str(plain)], check=True)
    if plain.suffix == ".tar":
        with tarfile.open(plain) as archive:
            # From a package whose hash is locked; the first Pythons 3.11 know no filter yet.
            archive.extractall(folder)  # noqa: S202
        plain.unlink()


if __name__ == "__main__":
    main()
