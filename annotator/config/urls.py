"""Which address is answered by what: the API, signs of life, sign-in links; everything else is the page."""

from django.urls import include, path, re_path

from annotator.api.health import alive, ready
from annotator.api.page import page, sign_in_by_link
from annotator.api.proof import public_keys

urlpatterns = [
    path("api/v1/", include("annotator.api.urls")),
    path("healthz", alive),
    path("readyz", ready),
    path(".well-known/palimpsest-keys.json", public_keys),
    path("signin/<str:secret>", sign_in_by_link),
    re_path(r"^(?!api(?:/|$)).*$", page),
]

handler400 = "annotator.api.fallback.bad_request"
handler403 = "annotator.api.fallback.forbidden"
handler404 = "annotator.api.fallback.missing"
handler500 = "annotator.api.fallback.failed"
