"""Signatures of webhooks: what the server signs, the client verifies, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from palimpsest.webhooks import NotVerified, verify

from annotator.jobs.webhooks.secrets import new_secret, opened, sealed, signature

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NOW = 1_614_265_330
BODY = b'{"test": 2432232314}'
ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"


def headers(*signatures: str, timestamp: int = NOW) -> dict[str, str]:
    return {
        "Webhook-Id": ID,
        "Webhook-Timestamp": str(timestamp),
        "Webhook-Signature": " ".join(signatures),
    }


def signed(secret: str = SECRET, *, body: bytes = BODY, timestamp: int = NOW) -> str:
    return signature(secret, id=ID, timestamp=timestamp, body=body)


def test_the_example_of_the_specification_has_its_signature() -> None:
    assert signed() == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@given(st.binary(max_size=100))
def test_what_is_signed_is_verified_and_what_is_changed_is_not(noise: bytes) -> None:
    assert verify(BODY, headers(signed()), SECRET, now=NOW) == {"test": 2432232314}
    with pytest.raises(NotVerified):
        verify(BODY + b" " + noise, headers(signed()), SECRET, now=NOW)


def test_one_right_signature_among_several_is_enough() -> None:
    other = new_secret()
    both = headers("v2,x", "nonsense", signed(other), signed())
    assert verify(BODY, both, SECRET, now=NOW)
    assert verify(BODY, both, other, now=NOW)
    with pytest.raises(NotVerified):
        verify(BODY, both, new_secret(), now=NOW)


def test_what_is_old_or_lacks_something_is_not_verified() -> None:
    right = headers(signed())
    for given_, now in (
        (right, NOW + 301),
        (right, NOW - 301),
        ({}, NOW),
        ({**right, "Webhook-Timestamp": "x"}, NOW),
    ):
        with pytest.raises(NotVerified):
            verify(BODY, given_, SECRET, now=now)
    with pytest.raises(NotVerified):
        verify(BODY, right, "a password", now=NOW)


def test_a_secret_is_kept_sealed() -> None:
    secret = new_secret()
    assert secret[6:] not in sealed(secret)
    assert opened(sealed(secret)) == secret
