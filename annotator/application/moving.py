"""Accounts go with a log to another server: work keeps its authors, and nobody gets in who was not let in."""

from collections.abc import Iterator
from uuid import UUID

import msgspec

from annotator.accounts.models import Account, AuthorClass
from annotator.log import HANDLER
from annotator.queries.log import authors_of
from events.log_file import LogReader
from events.streams import StreamRef

FILE = "accounts.jsonl"


class Named(msgspec.Struct, frozen=True):
    """An account that a log names; names are left out of files without private parts."""

    id: UUID
    author_class: AuthorClass
    username: str | None = None
    name: str | None = None


def named_accounts(project: UUID, *, private: bool) -> Iterator[bytes]:
    """Whoever wrote in the log or is a member, line by line."""
    ref = StreamRef(project, "project")
    state = HANDLER.states([ref])[ref][1]
    wanted = {*authors_of(project), *map(UUID, state.members), *map(UUID, state.authors)}
    for account in Account.objects.filter(id__in=wanted).order_by("id"):
        shown = Named(account.id, AuthorClass(account.author_class))
        if private:
            shown = Named(shown.id, shown.author_class, account.username, account.name)
        yield msgspec.json.encode(shown)


def take_in_accounts(reader: LogReader) -> list[str]:
    """Make those that are not here yet, with no way to sign in; their user names."""
    wanted = [msgspec.json.decode(line, type=Named) for line in reader.lines(FILE)]
    here = set(Account.objects.filter(id__in=[each.id for each in wanted]).values_list("id", flat=True))
    made = [_account(each) for each in wanted if each.id not in here]
    Account.objects.bulk_create(made)
    return [account.username for account in made]


def _account(named: Named) -> Account:
    username = named.username or f"author-{named.id.hex[-12:]}"
    if Account.objects.filter(username=username).exists():
        username = f"{username[:130]}-{named.id.hex[-12:]}"
    account = Account(
        id=named.id,
        username=username,
        name=named.name or "",
        author_class=named.author_class,
        is_active=False,
    )
    account.set_unusable_password()
    return account
