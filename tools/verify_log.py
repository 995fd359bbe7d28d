#!/usr/bin/env python3
"""Checks an exported log, or the manifest of an export, on any machine: python verify_log.py FILE [PUBLIC_KEY …]

Needs Python 3.9 and the package `cryptography`, nothing else of the service. A PUBLIC_KEY is a file that
`manage.py keys list --json` printed on the server, brought here by another way than the log; without one, the file is
only compared with itself, and whoever made it could have made anything. Exit code 0: whole; 1: the first fault is told.
"""

import base64
import hashlib
import json
import sys
import zipfile
from typing import Any, Dict, Iterator, Set, Tuple, Union

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

Keys = Dict[str, Ed25519PublicKey]
CLOSED = object()


def main(path: str, *key_files: str) -> Union[str, int]:
    trusted: Keys = {}
    for name in key_files:
        with open(name, encoding="utf-8") as file:
            trusted.update([key_of(json.load(file))])
    try:
        with zipfile.ZipFile(path) as archive:
            manifest, signer = check_manifest(archive, trusted)
            check_files(archive, manifest)
            if manifest.get("kind") == "palimpsest log":
                check_log(archive, manifest, trusted)
    except (KeyError, IndexError, TypeError, ValueError, zipfile.BadZipFile, OSError) as error:
        return f"not a whole file: {type(error).__name__}: {error}"
    count = f"{manifest['position']} events" if "position" in manifest else f"{len(manifest['files'])} files"
    print(
        f"whole: {count}, signed by {signer}"
        + ("" if trusted else ", a key that only the file itself vouches for")
    )
    return 0


def key_of(key: Any) -> Tuple[str, Ed25519PublicKey]:
    raw = base64.b64decode(key["public_key"])
    if hashlib.sha256(raw).hexdigest()[:16] != key["key_id"]:
        sys.exit(f"key {key['key_id']} has another key's id")
    return key["key_id"], Ed25519PublicKey.from_public_bytes(raw)


def check_signature(keys: Keys, key_id: str, signature: str, data: bytes, what: str) -> None:
    if key_id not in keys:
        sys.exit(f"{what}: signed by key {key_id}, which is not among the public keys")
    try:
        keys[key_id].verify(base64.b64decode(signature), data)
    except InvalidSignature:
        sys.exit(f"{what}: it is not signed by key {key_id} as it says")


def check_manifest(archive: zipfile.ZipFile, trusted: Keys) -> Tuple[Any, str]:
    raw = archive.read("manifest.json")
    if "manifest.sig" in archive.namelist():
        proof = json.loads(archive.read("manifest.sig"))
    else:
        with open(f"{archive.filename}.sig", encoding="utf-8") as file:
            proof = json.load(file)
    keys = trusted or dict([key_of(proof)])
    check_signature(keys, proof["key_id"], proof["signature"], b"palimpsest manifest 1\n" + raw, "manifest")
    return json.loads(raw), proof["key_id"]


def check_files(archive: zipfile.ZipFile, manifest: Any) -> None:
    there = archive.namelist()
    known = {stated["name"] for stated in manifest["files"]} | {"manifest.json", "manifest.sig"}
    for name in there:
        if name not in known:
            sys.exit(f"{name}: the manifest does not know it")
        if there.count(name) > 1:
            sys.exit(f"{name}: it is there more than once")
    for stated in manifest["files"]:
        digest = hashlib.sha256()
        with archive.open(stated["name"]) as member:
            while piece := member.read(1 << 20):
                digest.update(piece)
        if digest.hexdigest() != stated["sha256"]:
            sys.exit(f"{stated['name']}: it is not as the manifest says")


def check_log(archive: zipfile.ZipFile, manifest: Any, trusted: Keys) -> None:
    contents = dict(map(digest_of, lines(archive, "contents.jsonl")))
    erased = {each[0] for each in lines(archive, "erasures.jsonl")}
    keys = trusted or dict(key_of(each) for each in lines(archive, "keys.jsonl"))
    signed = {}
    for each in lines(archive, "checkpoints.jsonl"):
        text = f"palimpsest checkpoint 1\n{manifest['project']}\n{each['position']}\n{each['hash']}\n{each['signed_at']}\n"
        if each["key_id"] in keys:
            check_signature(
                keys, each["key_id"], each["signature"], text.encode(), f"position {each['position']}"
            )
        signed[each["position"]] = each["hash"]
    position, hash_, before_at = 0, b"", 0
    versions: Dict[str, int] = {}
    brought: Dict[str, Tuple[str, int]] = {}  # by content: the stream and the position of its event
    ordered: Set[str] = set()
    with archive.open("events.jsonl") as events:
        for line in events:
            position += 1
            stated, _, event = line.rstrip(b"\n").partition(b" ")
            hash_ = hashlib.sha256(hash_ + event).digest()
            project, at, stream, version, recorded_at, _, type_, *_, payload, content, commitment = (
                json.loads(event)
            )
            versions[stream] = versions.get(stream, 0) + 1
            fits = hash_.hex().encode() == stated and signed.pop(position, hash_.hex()) == hash_.hex()
            in_order = (project, at, version) == (manifest["project"], position, versions[stream])
            if not fits or not in_order or recorded_at < before_at:
                sys.exit(f"position {position}: the event is not as it was written, or not in its place")
            before_at = recorded_at
            if content is not None and content not in contents and content not in erased:
                sys.exit(f"position {position}: its content is lost")
            if contents.get(content, commitment) not in (commitment, CLOSED):
                sys.exit(f"position {position}: its content is not what was written")
            if type_ == "content_erased":
                ordered.update(
                    each for each in payload["contents"] if brought.get(each, ("", 0))[0] == stream
                )
            if content is not None:
                brought[content] = (stream, position)
    if (position, hash_.hex()) != (manifest["position"], manifest["hash"]) or signed:
        sys.exit(f"position {position + 1}: the log ends before it, but more was signed")
    for content in erased - ordered:
        _, position = brought.get(content, ("", manifest["position"] + 1))
        if position > manifest["left_out"] and content not in manifest["gone"]:
            sys.exit(f"position {position}: its content counts as erased, but no event ordered that")
    for content in ordered & contents.keys():
        sys.exit(f"position {brought[content][1]}: its content is here, but an event erased it")


def digest_of(content: Any) -> Tuple[str, object]:
    """What the event commits to; what is encrypted can be checked only with its key."""
    if content["key_id"] is not None:
        return content["id"], CLOSED
    return content["id"], hashlib.sha256(
        bytes.fromhex(content["salt"]) + content["body"].encode()
    ).hexdigest()


def lines(archive: zipfile.ZipFile, name: str) -> Iterator[Any]:
    with archive.open(name) as member:
        yield from map(json.loads, member)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]) if len(sys.argv) > 1 else __doc__)
