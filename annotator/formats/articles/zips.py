"""Zip archives of unknown worth: what is in them is looked at before anything is unpacked."""

from zipfile import ZipFile, ZipInfo

from annotator.formats.articles.article import Unreadable

MOST_FILES = 100_000
MOST_BYTES = 2 << 30  # unpacked, all files together
MOST_OF_ONE = 200 << 20  # bytes of one file, unpacked
STEEPEST = 200  # times smaller, beyond which a file of some size is a bomb
_SMALL = 1 << 20  # bytes


def checked(archive: ZipFile) -> list[ZipInfo]:
    """The archive's files in their order, if they are few, small and within the archive.

    Raises:
        Unreadable
    """
    members = [member for member in archive.infolist() if member.filename and not member.is_dir()]
    if len(members) > MOST_FILES:
        raise Unreadable(f"The archive holds more than {MOST_FILES:,} files.")
    if sum(member.file_size for member in members) > MOST_BYTES:
        raise Unreadable(f"The archive unpacks to more than {MOST_BYTES >> 20:,} MiB.")
    for member in members:
        _check(member)
    return members


def _check(member: ZipInfo) -> None:
    name = member.filename
    if name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/"):
        raise Unreadable(f"The archive holds a file outside of itself: {name[:200]}")
    if member.flag_bits & 1:
        raise Unreadable(f"A file in the archive is encrypted: {name[:200]}")
    if member.file_size > MOST_OF_ONE:
        raise Unreadable(f"A file in the archive is larger than {MOST_OF_ONE >> 20} MiB: {name[:200]}")
    if member.file_size > _SMALL and member.file_size > STEEPEST * max(member.compress_size, 1):
        raise Unreadable(f"A file in the archive unpacks to {STEEPEST} times its size or more: {name[:200]}")
