import json
import socket
from pathlib import Path

from tapal_local import ports


def test_every_port_is_below_the_ephemeral_range():
    for number in range(50):
        chosen = ports.choose(Path(f"/home/{number}"), free=lambda _: True)
        assert set(chosen) == set(ports.NAMES)
        assert all(10240 <= port < 32768 for port in chosen.values())


def test_no_home_is_given_the_port_of_a_well_known_service():
    every = {port for block in ports.blocks(Path("/home")) for port in block}
    assert not every & {5672, 15672, 25672, 4369, 6379, 27017}


def test_the_same_path_prefers_the_same_ports_and_another_path_others():
    one, again, other = (ports.choose(Path(path), free=lambda _: True) for path in ("/a", "/a", "/b"))
    assert one == again
    assert not set(one.values()) & set(other.values())


def test_a_block_with_a_busy_port_is_skipped():
    preferred = ports.choose(Path("/a"), free=lambda _: True)
    chosen = ports.choose(Path("/a"), free=lambda port: port != preferred["redis"])
    assert not set(chosen.values()) & set(preferred.values())


def test_ports_stay_until_one_is_taken(tmp_path):
    file = tmp_path / "ports.json"
    first = ports.load(tmp_path, file)
    assert ports.load(tmp_path, file) == first == json.loads(file.read_text())
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", first["amqp"]))
        taken.listen()
        moved = ports.load(tmp_path, file)
    assert moved["amqp"] != first["amqp"]
    assert ports.read(file) == moved


def test_a_home_of_an_earlier_version_keeps_its_ports_and_gets_those_it_lacks(tmp_path):
    file = tmp_path / "ports.json"
    whole = ports.load(tmp_path, file, free=lambda _: True)
    before = dict(list(whole.items())[:13])
    file.write_text(json.dumps(before))
    assert ports.load(Path("/another"), file, free=lambda _: True) == whole
    assert ports.read(file) == whole
    file.write_text(json.dumps(before))
    moved = ports.load(tmp_path, file, free=lambda port: port != whole["amqp-tls"])
    assert not set(moved.values()) & set(whole.values())
