"""How an account wants the page to be: it follows the person from one machine to the next."""

from typing import Annotated
from uuid import UUID

import msgspec

from annotator.accounts.models import AccountPreferences

Action = Annotated[str, msgspec.Meta(min_length=1, max_length=60, pattern="^[a-z][a-z0-9_]*$")]
Chord = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
Chords = Annotated[tuple[Chord, ...], msgspec.Meta(max_length=4)]


class Preferences(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``keys``: for each action whose keys differ from the usual ones, all its keys, such as `Ctrl+Shift+z`.

    ``single_keys``: whether keys without Ctrl or Alt do anything. ``language``: of the page, empty for the browser's.
    """

    keys: Annotated[dict[Action, Chords], msgspec.Meta(max_length=200)] = {}
    single_keys: bool = True
    language: Annotated[str, msgspec.Meta(max_length=20, pattern="^[A-Za-z0-9-]*$")] = ""


def preferences_of(account: UUID) -> Preferences:
    """What the account has chosen; the usual where it has chosen nothing."""
    row = AccountPreferences.objects.filter(account_id=account).values_list("chosen", flat=True).first()
    return msgspec.convert(row, Preferences) if row else Preferences()


def keep_preferences(account: UUID, chosen: Preferences) -> None:
    """All of them anew."""
    plain = msgspec.to_builtins(chosen)
    AccountPreferences.objects.update_or_create(account_id=account, defaults={"chosen": plain})
