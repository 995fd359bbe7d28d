"""Proving the file of an export: is it, byte for byte, what its manifest says, and who signed that manifest?"""

import base64
import binascii
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from zipfile import BadZipFile, ZipFile

import msgspec

from annotator.formats.sink import Archive, WrittenFile
from events.keys import NotAKey, PublicKey, key_id_of
from events.signing import manifest_text

_PROOF = ("manifest.json", "manifest.sig")
PIECE = 1 << 20


class Signature(msgspec.Struct, frozen=True):
    """What lies beside a manifest, as manifest.sig or as a file of its own; base64."""

    key_id: str
    public_key: str
    signature: str


class _Stated(msgspec.Struct, frozen=True):
    files: list[WrittenFile]


@dataclass(frozen=True, slots=True)
class Finding:
    """``problems`` in words, none when the file is whole; ``key_id`` of the key that signed, as far as it is said."""

    problems: Sequence[str]
    key_id: str | None = None
    files: int = 0


def verify(path: Path, *, beside: Path | None = None, trusted: Sequence[PublicKey] = ()) -> Finding:
    """Check a file against its manifest, and the manifest against its signature.

    The signature is in the file, or else in ``beside``. ``trusted``: only these keys count; without any, the file
    vouches for its own, which proves no more than that it is whole.
    """
    try:
        with ZipFile(path) as archive:
            return _checked(archive, path, beside, trusted)
    except (BadZipFile, OSError, ValueError, NotImplementedError) as error:
        return Finding([f"{path.name} is not a whole zip file: {error}"])


def _checked(archive: ZipFile, path: Path, beside: Path | None, trusted: Sequence[PublicKey]) -> Finding:
    problems = list(_shape(archive))
    raw = _read(archive, "manifest.json")
    if raw is None:
        return Finding([*problems, "manifest.json: it is missing or damaged, so nothing can be checked"])
    proof = _proof(archive, beside)
    key_id = proof.key_id if isinstance(proof, Signature) else None
    problems += _signature(raw, proof, trusted)
    try:
        stated = msgspec.json.decode(raw, type=_Stated)
    except msgspec.DecodeError as error:
        return Finding([*problems, f"manifest.json: it cannot be read: {error}"], key_id)
    problems += _members(archive, stated.files)
    if not problems and not _is_as_written(archive, path):
        problems.append(f"{path.name}: bytes were added to the zip or changed in it, outside of its members")
    return Finding(problems, key_id, len(stated.files))


def _shape(archive: ZipFile) -> Iterator[str]:
    for name, count in Counter(archive.namelist()).items():
        if count > 1:
            yield f"{name}: it is there {count} times"


def _is_as_written(archive: ZipFile, path: Path) -> bool:
    """Whether the zip has no byte but those that the same members give when they are written anew."""
    with tempfile.TemporaryFile() as anew, path.open("rb") as given:
        copy = Archive(anew)
        for name in archive.namelist():
            with copy.file(name) as output, archive.open(name) as member:
                while piece := member.read(PIECE):
                    output.write(piece)
        copy.close()
        anew.seek(0)
        while piece := anew.read(PIECE):
            if given.read(len(piece)) != piece:
                return False
        return not given.read(1)


def _proof(archive: ZipFile, beside: Path | None) -> Signature | str:
    raw = _read(archive, "manifest.sig")
    if raw is None and "manifest.sig" in archive.namelist():
        return "manifest.sig: it is damaged"
    if raw is None and beside is not None and beside.exists():
        raw = beside.read_bytes()
    if raw is None:
        return f"there is no signature, neither manifest.sig inside nor {beside.name if beside else 'one'} beside it"
    try:
        return msgspec.json.decode(raw, type=Signature)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return f"the signature cannot be read: {error}"


def _signature(raw: bytes, proof: Signature | str, trusted: Sequence[PublicKey]) -> Iterator[str]:
    if isinstance(proof, str):
        yield proof
        return
    try:
        signature = base64.b64decode(proof.signature, validate=True)
        own = _own_key(proof)
    except (binascii.Error, ValueError, NotAKey) as error:
        yield f"the signature cannot be read: {error}"
        return
    key = own if not trusted else next((key for key in trusted if key.key_id == proof.key_id), None)
    if key is None:
        yield f"manifest.json: it is signed by key {proof.key_id}, which is not the one asked for"
    elif not key.has_signed(manifest_text(raw), signature):
        yield f"manifest.json: it is not signed by key {proof.key_id} as it says"


def _own_key(proof: Signature) -> PublicKey:
    raw = base64.b64decode(proof.public_key, validate=True)
    if len(raw) != 32 or key_id_of(raw) != proof.key_id:
        raise NotAKey(f"{proof.key_id} is not the id of the key in it")
    return PublicKey(proof.key_id, proof.public_key, "")


def _members(archive: ZipFile, stated: Sequence[WrittenFile]) -> Iterator[str]:
    named = {file.name: file for file in stated}
    names = dict.fromkeys(archive.namelist())
    there = [name for name in names if name not in named and name not in _PROOF]
    digests = {name: _digest(archive, name) for name in [*there, *(name for name in named if name in names)]}
    renamed: dict[str, str] = {}
    for name, file in named.items():
        if name not in names:
            found = next((each for each in there if digests[each] == (file.bytes, file.sha256)), None)
            renamed |= {found: name} if found else {}
            yield f"{name}: it is missing" if found is None else f"{name}: it is named {found} here"
        elif digests[name] is None:
            yield f"{name}: it is damaged"
        elif digests[name] != (file.bytes, file.sha256):
            yield f"{name}: it is not what the manifest says"
    for name in there:
        if name not in renamed:
            yield f"{name}: the manifest does not know it"


def _digest(archive: ZipFile, name: str) -> tuple[int, str] | None:
    """Size and hash of a member, None when it cannot be read."""
    digest, size = sha256(), 0
    try:
        with archive.open(name) as member:
            while piece := member.read(PIECE):
                digest.update(piece)
                size += len(piece)
    except (BadZipFile, OSError, EOFError, ValueError, NotImplementedError, RuntimeError):
        return None
    return size, digest.hexdigest()


def _read(archive: ZipFile, name: str) -> bytes | None:
    try:
        return archive.read(name)
    except (KeyError, BadZipFile, OSError, EOFError, ValueError, NotImplementedError, RuntimeError):
        return None
