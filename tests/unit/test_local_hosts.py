"""Which hosts only a private network reaches."""

from __future__ import annotations

from generator.outbound.urlguard import is_local

LOCAL = [
    "localhost", "LOCALHOST", "localhost.", "fox.localhost", "localhost.localdomain", "nas",
    "printer.local", "wiki.corp", "a.internal", "router.lan", "box.home.arpa", "fritz.home",
    "127.0.0.1", "127.1", "0x7f.0.0.1", "2130706433", "0", "10.0.0.7", "172.16.0.1",
    "192.168.1.20", "169.254.169.254", "100.64.0.1", "①②⑦.⓪.⓪.①", "127。0。0。1",
    "::1", "::", "::ffff:192.168.0.1", "fd00::1", "fe80::1", "fe80::1%eth0",
]  # fmt: skip
PUBLIC = [
    "example.org", "cdn.example.co.uk", "8.8.8.8", "172.32.0.1", "100.128.0.1", "11.0.0.1",
    "2606:4700:4700::1111", "localhost.example.org", "local.dev", "mylocal.net", "homes.com",
    "10.example.org", "192.168.1.20.nip.io", "xn--bcher-kva.example", "bücher.example",
    "lan.party", "internal.example.com",
]  # fmt: skip


def test_local_hosts_are_recognized() -> None:
    assert [host for host in LOCAL if not is_local(host)] == []


def test_public_hosts_are_not_local() -> None:
    assert [host for host in PUBLIC if is_local(host)] == []
