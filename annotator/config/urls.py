"""Which address is answered by what."""

from django.http import HttpRequest, HttpResponse
from django.urls import path


def alive(_: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


urlpatterns = [path("healthz", alive)]
