"""Alice annotates, Bob annotates blind of her, Carol curates, manages and runs the service. None has a password."""

from typing import Final
from uuid import UUID, uuid5

from annotator.accounts.models import Account

NAMESPACE: Final = UUID("b3a1f0de-6a53-5c94-8a0f-3f2d7c1e9a55")
NAMES: Final = ("alice", "bob", "carol")


def people() -> dict[str, UUID]:
    """The accounts by name, made when they are missing."""
    return {name: _account(name) for name in NAMES}


def _account(name: str) -> UUID:
    id_ = uuid5(NAMESPACE, f"account/{name}")
    if not Account.objects.filter(id=id_).exists():
        taken = Account.objects.filter(username=name).exists()
        username = f"{name}-sample" if taken else name
        account = Account(id=id_, username=username, name=name.capitalize(), is_staff=name == "carol")
        account.set_unusable_password()
        account.save(force_insert=True)
    return id_
