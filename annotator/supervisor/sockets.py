"""Where unix sockets live: folders that only their owner can enter, with names short enough."""

import os
from hashlib import sha256
from pathlib import Path

from annotator.supervisor.refusal import Exit, Refusal

LONGEST_PATH = 103  # bytes, what the shortest-minded system takes (Linux: 107)
LONGEST_NAME = 16  # bytes of the longest socket's name, its slash included


def private_folder(folder: Path, owner: int, group: int | None = None) -> Path:
    """`folder`, or where its name is too long for a socket a private one under /tmp; made if missing.

    Raises:
        Refusal: it exists and somebody else could listen in there.
    """
    if len(bytes(folder)) + LONGEST_NAME > LONGEST_PATH:
        folder = Path("/tmp") / f"palimpsest-{owner}-{sha256(bytes(folder)).hexdigest()[:12]}"
    try:
        folder.mkdir(mode=0o700)
        if owner != os.geteuid():
            os.chown(folder, owner, owner if group is None else group)
    except FileExistsError:
        _refuse_foreign(folder, owner)
    return folder


def _refuse_foreign(folder: Path, owner: int) -> None:
    found = folder.lstat()
    is_private_folder = found.st_mode & 0o170077 == 0o040000
    if found.st_uid != owner or not is_private_folder:
        raise Refusal(
            f"{folder} is open to other users or belongs to one; remove it, or set PALIMPSEST_HOME to "
            "another folder.",
            Exit.NO_ROOM,
        )
