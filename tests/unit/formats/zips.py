"""Zips as other tools make them."""

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile


def zipped(files: Mapping[str, bytes | str]) -> bytes:
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return target.getvalue()


def zipped_folder(folder: Path) -> bytes:
    return zipped({path.name: path.read_bytes() for path in sorted(folder.iterdir())})
