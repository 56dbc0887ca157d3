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
    "https://127.1/",
    "https://0x7F000001/",
    "https://0/",
    "https://127.0.0.1./",
    "https://１２７.0.0.1/",
    "https://①②⑦.0.0.1/",
    "https://127。0。0。1/",
    "https://ⓛocalhost/",
    "https://LOCALHOST/",
    "https://100.64.0.1/",
    "https://192.0.0.1/",
    "https://198.18.0.1/",
    "https://203.0.113.5/",
    "https://240.0.0.1/",
    "https://255.255.255.255/",
    "https://[::]/",
    "https://[::127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[0:0:0:0:0:ffff:10.0.0.1]/",
    "https://[::ffff:0:10.0.0.1]/",
    "https://[2002:a00:1::]/",
    "https://[64:ff9b:1::a00:1]/",
    "https://[2001:0:4136:e378:8000:63bf:f5ff:fffe]/",
    "https://[fe80::1%25eth0]/",
    "https://[fec0::1]/",
    "https://[ff02::1]/",
    "https://[2001:db8::1]/",
    "https://[3fff::1]/",
    "https://[100::1]/",
]
METADATA = [
    "https://169.254.169.254/latest/meta-data/",
    "http://169.254.169.254./",
    "http://①⑥⑨.254.169.254/",
    "http://１６９。２５４。１６９。２５４/",
    "http://0xA9FEA9FE/",
    "http://0251.0376.0251.0376/",
    "http://169.254.43518/",
    "http://169.254.170.2/v2/credentials",
    "http://169.254.170.23/",
    "http://100.100.100.200/",
    "http://168.63.129.16/",
    "http://192.0.0.192/",
    "http://[::169.254.169.254]/",
    "http://[::ffff:a9fe:a9fe]/",
    "http://[64:ff9b::169.254.169.254]/",
    "http://[2002:a9fe:a9fe::]/",
    "http://[fd00:ec2::23]/",
    "http://[fd20:ce::254]/",
    "http://METADATA.google.internal./computeMetadata/v1/",
    "http://metadata.goog/",
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
    "//shop.example/",
    "http:shop.example/",
    "https://shop.example\\@127.0.0.1/",
    "https://shop example/",
    "https://shop.example/\nx",
    "https://shop.example:80:80/",
    "https://\udcff.example/",
    "https://\u2028.example/",
    "https://@shop.example/",
    "https://user@shop.example/",
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
