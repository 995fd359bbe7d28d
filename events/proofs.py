"""Do the signed checkpoints of a log hold? What they say cannot be changed by whoever owns the tables."""

import base64
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from events.chain import Break, check_stretch, hash_at
from events.configured import keys
from events.signing import checkpoint_text, microseconds


@dataclass(frozen=True, slots=True)
class Proof:
    """A checkpoint, wherever it is kept; the time is in microseconds since 1970."""

    position: int
    hash: bytes
    signed_at: int
    key_id: str
    signature: bytes

    @property
    def told(self) -> str:
        at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=self.signed_at)
        return f"signed on {at.isoformat(timespec='seconds')} by key {self.key_id}"


def check_signatures(cursor: Any, project: UUID, head: int) -> Iterator[Break]:
    """What signatures tell of the log, those in the database and the one that is kept beside the keys.

    Where the chain was made anew, the first bad event is after the last checkpoint that still holds, and the position
    named is the first after it.
    """
    known, sound = keys().public(), 0
    for proof in _proofs(cursor, project):
        text = checkpoint_text(project, proof.position, proof.hash, proof.signed_at)
        if proof.key_id not in known:
            yield Break(
                project,
                proof.position,
                "unproven",
                f"{proof.told}, which is not known here: `manage.py keys add` takes its public half",
            )
        elif not known[proof.key_id].has_signed(text, proof.signature):
            yield Break(project, proof.position, "forged", f"it is not {proof.told} as it says")
            continue
        found = hash_at(cursor, project, proof.position)
        if found == proof.hash:
            sound = proof.position
        elif proof.position > head:
            what = f"the log ends before it, but position {proof.position} was {proof.told}"
            yield Break(project, head + 1, "truncated", what)
            return
        elif found is not None and not check_stretch(
            cursor, project, sound, proof.position, hash_at(cursor, project, sound)
        ):
            what = (
                f"an event from here to {proof.position} was changed, and the chain made anew behind it: another hash "
                f"was {proof.told}"
            )
            yield Break(project, sound + 1, "rewritten", what)
            return


def last_sound(cursor: Any, project: UUID, upto: int) -> Proof | None:
    """The last checkpoint up to a position that this server's keys prove and the log still has."""
    known = keys().public()
    for proof in reversed([each for each in _proofs(cursor, project) if each.position <= upto]):
        text = checkpoint_text(project, proof.position, proof.hash, proof.signed_at)
        if (
            proof.key_id in known
            and known[proof.key_id].has_signed(text, proof.signature)
            and hash_at(cursor, project, proof.position) == proof.hash
        ):
            return proof
    return None


def _proofs(cursor: Any, project: UUID) -> list[Proof]:
    cursor.execute(
        "SELECT position, hash, signed_at, key_id, signature FROM es.chain_checkpoint WHERE project = %s",
        [project],
    )
    rows: Iterable[Any] = cursor.fetchall()
    proofs = [
        Proof(position, bytes(hash_), microseconds(at), key_id, bytes(signature))
        for position, hash_, at, key_id, signature in rows
    ]
    if copy := keys().kept("signed", project):
        signature = base64.b64decode(copy["signature"])
        kept = Proof(
            copy["position"], bytes.fromhex(copy["hash"]), copy["signed_at"], copy["key_id"], signature
        )
        if kept not in proofs:
            proofs.append(kept)
    return sorted(proofs, key=lambda each: each.position)
