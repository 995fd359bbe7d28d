"""Which addresses are of the public internet, and how an address is read."""

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.net.addresses import is_public
from annotator.net.faults import AddressRefused
from annotator.net.rules import Rules, parse_rules
from annotator.net.target import target_of

INSIDE = (
    "127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",
    "100.64.0.1", "100.100.100.200", "169.254.169.254", "169.254.0.1", "168.63.129.16", "192.0.0.192", "192.0.2.1",
    "198.18.0.1", "198.51.100.1", "203.0.113.9", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
    "192.88.99.1",
    "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::", "2002:808:808::", "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1", "100::1", "2001:db8::1", "3fff::1", "5f00::1",
    "::ffff:0:127.0.0.1",
)  # fmt: skip
OUTSIDE = (
    "8.8.8.8",
    "93.184.216.34",
    "2606:2800:220:1::1",
    "64:ff9b::808:808",
    "::ffff:8.8.8.8",
    "2a00:1450::1",
)


@pytest.mark.parametrize("address", INSIDE)
def test_what_only_this_machine_or_its_neighbours_reach_is_not_public(address: str) -> None:
    assert not is_public(ip_address(address))
    assert not Rules().permits(ip_address(address), 80)


@pytest.mark.parametrize("address", OUTSIDE)
def test_what_everybody_reaches_is_public(address: str) -> None:
    assert is_public(ip_address(address))


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_counts_the_same_in_whatever_disguise(address: object) -> None:
    inner = int(ip_address(str(address)))
    for base in ("::ffff:0:0", "64:ff9b::"):
        assert is_public(ip_address(int(ip_address(base)) | inner)) == is_public(ip_address(str(address)))


@given(st.ip_addresses(v=6))
def test_no_ipv6_address_is_public_but_global_unicast_and_translated_ones(address: object) -> None:
    found = ip_address(str(address))
    translated = any(found in ip_network(each) for each in ("::ffff:0:0/96", "64:ff9b::/96"))
    assert not is_public(found) or translated or found in ip_network("2000::/3")


@pytest.mark.parametrize("port", [22, 25, 3306, 5432, 6379, 9200, 11211])
def test_services_of_other_kinds_are_not_called(port: int) -> None:
    assert not Rules().permits(ip_address("8.8.8.8"), port)
    assert Rules().permits(ip_address("8.8.8.8"), 443)


REFUSED = (
    "file:///etc/passwd", "ftp://example.org/", "gopher://example.org/", "dict://example.org:11211/", "data:text/html,x",
    "javascript:alert(1)", "//example.org/", "example.org", "", "http://", "http:///path", "http://:80/",
    "http://user@example.org/", "http://user:secret@example.org/", "http://example.org\\@127.0.0.1/",
    "http://exa mple.org/", "http://example.org/\r\nX-Injected: 1", "http://example.org:0/", "http://example.org:99999/",
    "http://example.org:80x/", "http://[::1/", "http://a..b/", "HTTP+UNIX://x/", "http://%31%32%37.0.0.1/",
    "http://" + "a" * 5000,
)  # fmt: skip


@pytest.mark.parametrize("url", REFUSED)
def test_what_is_no_plain_address_of_the_web_is_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        target_of(url)


def test_an_address_is_read_in_one_way() -> None:
    target = target_of("HTTPS://Bücher.Example.:8443/naïve/a%20b?q=è&x=1#part")
    assert (target.scheme, target.host, target.port) == ("https", "xn--bcher-kva.example", 8443)
    assert target.url == "https://xn--bcher-kva.example:8443/na%C3%AFve/a%20b?q=%C3%A8&x=1"
    assert target_of("http://[::1]:8000").authority == "[::1]:8000"
    assert target_of("http://example.org").path == "/"


def test_digits_in_other_scripts_are_the_address_that_they_spell() -> None:
    assert target_of("http://①②⑦.⓪.⓪.①/").host == "127.0.0.1"


def test_operators_open_hosts_and_networks() -> None:
    rules = parse_rules(False, ["models.internal:8500", "10.1.0.0/16", "::1", "Cache"])
    assert rules.names("models.internal", 8500)
    assert not rules.names("models.internal", 80)
    assert rules.names("cache", 6379)
    assert rules.permits(ip_address("10.1.2.3"), 5000)
    assert rules.permits(ip_address("::ffff:10.1.2.3"), 5000)
    assert rules.permits(ip_address("::1"), 1)
    assert not rules.permits(ip_address("10.2.0.1"), 80)
    assert not rules.permits(ip_address("8.8.8.8"), 443), "the internet is closed"


def test_a_word_that_opens_nothing_is_refused() -> None:
    for word in ("10.1.0.0/99", "host:port", ":80", "host:0"):
        with pytest.raises(ValueError, match="neither a host"):
            parse_rules(True, [word])
