"""Where Django looks for tables; the event log has its own, outside the ORM."""

from annotator.accounts.models import Account, ApiToken, SignInFailure, SignInLink

__all__ = ["Account", "ApiToken", "SignInFailure", "SignInLink"]
