"""How the page is for one person: keys and language, kept with the account."""

from django.http import HttpResponse
from rest_framework.request import Request

from annotator.accounts.preferences import Preferences, keep_preferences, preferences_of
from annotator.api.body import read_json
from annotator.api.operation import operation
from annotator.api.view import View, answer

LIMIT = 64 * 1024  # bytes


class MyPreferences(View):
    """The caller's own preferences."""

    @operation("read_preferences", answer=Preferences)
    def get(self, request: Request) -> HttpResponse:
        """My keys and my language."""
        return answer(preferences_of(self.caller.id))

    @operation("set_preferences", body=Preferences, answer=Preferences)
    def post(self, request: Request) -> HttpResponse:
        """Give my preferences anew, all of them; what is left out is as usual again."""
        chosen = read_json(request._request, Preferences, limit=LIMIT)
        keep_preferences(self.caller.id, chosen)
        return answer(chosen)
