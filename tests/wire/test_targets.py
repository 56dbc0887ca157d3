"""Where webhooks may go."""

import pytest

from parcelproof.simulators.wire.webhooks import allowed_target

BESIDE_US = ["http://127.0.0.1:9000/hook", "http://localhost:1/", "http://[::1]:8080/x", "http://172.17.0.1:5000/x"]
INWARD = [
    "https://127.0.0.1/",
    "https://10.1.2.3/",
    "https://192.168.0.1/",
    "https://172.16.5.5/",
    "https://[::1]/",
    "https://[fd12::1]/",
    "https://[fe80::1]/",
    "https://0.0.0.0/",
    "https://2130706433/",
    "https://0x7f.1/",
    "https://0177.0.0.1/",
    "https://[::ffff:10.0.0.1]/",
    "https://[64:ff9b::a00:1]/",
    "https://224.0.0.1/",
    "https://localhost/",
    "https://localhost./",
    "https://db.internal/",
    "https://printer.local/",
    "https://intranet/",
]
METADATA = [
    "https://169.254.169.254/latest/meta-data/",
    "http://169.254.169.254/",
    "http://2852039166/",
    "http://[::ffff:169.254.169.254]/",
    "http://[fd00:ec2::254]/",
    "http://metadata.google.internal/",
]
NO_TARGET = [
    "ftp://shop.example/",
    "file:///etc/passwd",
    "shop.example/hook",
    "",
    "https://",
    "https://[::1",
    "http:///x",
]


@pytest.mark.parametrize("url", BESIDE_US)
def test_a_receiver_beside_the_simulator_is_allowed_in_test_only(url: str) -> None:
    assert allowed_target(url, live=False)
    assert not allowed_target(url, live=True)
    assert not allowed_target(url.replace("http:", "https:"), live=True)


@pytest.mark.parametrize("url", INWARD)
def test_inward_targets_are_refused_in_live_however_they_are_spelled(url: str) -> None:
    assert not allowed_target(url, live=True)


@pytest.mark.parametrize("url", METADATA)
@pytest.mark.parametrize("live", [True, False])
def test_metadata_addresses_are_refused_everywhere(url: str, live: bool) -> None:
    assert not allowed_target(url, live=live)


@pytest.mark.parametrize("url", [*NO_TARGET, "https://user:pass@shop.example/", "https://shop.example:99999/"])
@pytest.mark.parametrize("live", [True, False])
def test_what_is_no_web_address_is_refused(url: str, live: bool) -> None:
    assert not allowed_target(url, live=live)


@pytest.mark.parametrize(
    "url", ["https://shop.example/hook?a=1", "https://93.184.216.34:8443/", "https://[2606:4700::1111]/"]
)
def test_public_targets_are_allowed_in_live(url: str) -> None:
    assert allowed_target(url, live=True)
    assert not allowed_target(url.replace("https:", "http:"), live=True)
