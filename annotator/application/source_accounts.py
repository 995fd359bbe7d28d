"""Accounts of sources of suggestions: machines that cannot sign in, known by name."""

from uuid import UUID

from annotator.accounts.models import Account, AuthorClass


def name_source(source: UUID, name: str) -> None:
    """Make the source's account, or give it its new name; an account of another kind is left alone."""
    account = Account(
        id=source,
        username=f"source-{source}",
        name=name[:200],
        author_class=AuthorClass.MACHINE,
        is_active=False,
    )
    account.set_unusable_password()
    Account.objects.bulk_create([account], ignore_conflicts=True)
    Account.objects.filter(id=source, author_class=AuthorClass.MACHINE, is_active=False).update(
        name=name[:200]
    )
