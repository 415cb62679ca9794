#!/usr/bin/env python3
"""Sends every hostile request of http/*.case to the real program.

    KALAMDB_SERVER=build/release/bin/kalamdb-server tests/wire/test_http.py
"""

import json
import pathlib
import re
import socket
import sys
import unittest

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "e2e"))
import server_process
from server_process import ServerProcess

ROOT_PASSWORD = "Night-Train-42"
CONFIG = "[rate_limit]\nmax_queries_per_sec = 100000\n[performance]\nclient_request_timeout = 1\n"


class Case:
    def __init__(self, place, name, data, expected):
        self.place, self.name, self.data, self.expected = place, name, data, expected


def unescape(text):
    """The bytes that a text of a case stands for."""
    text = re.sub(r"\{repeat (\S+) (\d+)\}", lambda match: match[1] * int(match[2]), text)
    data, at = bytearray(), 0
    for match in re.finditer(r"\\(x[0-9a-fA-F]{2}|[rnt\\])", text):
        data += text[at:match.start()].encode()
        code = match[1]
        data += bytes([int(code[1:], 16)]) if code[0] == "x" else {"r": b"\r", "n": b"\n", "t": b"\t", "\\": b"\\"}[code]
        at = match.end()
    return bytes(data + text[at:].encode())


def post_of(content_type, body):
    head = f"POST /v1/api/sql HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {{token}}\r\nContent-Type: {content_type}\r\n"
    return head.encode() + f"Content-Length: {len(body)}\r\n\r\n".encode() + body


def cases_of(path):
    name, lines, content_type = None, None, None
    for number, line in enumerate(path.read_text().split("\n"), 1):
        place = f"{path.name}:{number}"
        if lines is not None and not line.startswith("expect: "):
            lines.append(unescape(line))
        elif line.startswith("expect: "):
            yield Case(place, name, b"\r\n".join(lines), line.removeprefix("expect: "))
            lines = None
        elif line.startswith("case: "):
            name, content_type = line.removeprefix("case: "), None
        elif line == "send:":
            lines = []
        elif line.startswith("bodies: "):
            content_type = line.removeprefix("bodies: ")
        elif content_type and " => " in line and not line.startswith("#"):
            body, expected = line.rsplit(" => ", 1)
            yield Case(place, body[:60], post_of(content_type, unescape(body)), expected)
        elif line and not line.startswith("#"):
            raise ValueError(f"{place}: what is {line!r}?")


class Answer:
    """What comes back until the server closes, or has answered and says no more."""

    def __init__(self, server, data):
        self.closed = False
        self.data = b""
        with socket.create_connection((server.host, server.port), 10) as connection:
            connection.settimeout(10)
            try:
                connection.sendall(data)
            except OSError:
                pass  # the server may answer and close before it has seen all
            try:
                while not self.whole():
                    if not self.receive(connection):
                        return
                connection.settimeout(0.05)  # is there an end, too?
                self.receive(connection)
            except (TimeoutError, ConnectionResetError) as error:
                self.closed = isinstance(error, ConnectionResetError)

    def receive(self, connection):
        received = connection.recv(65536)
        self.data += received
        self.closed = not received
        return received

    def whole(self):
        head, end, body = self.data.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
        return bool(end) and (length is None or len(body) >= int(length[1]))

    @property
    def status(self):
        match = re.match(rb"HTTP/1\.1 (\d{3}) ", self.data)
        return match[1].decode() if match else "nothing"


class Hostile(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = server_process.directory()
        config = pathlib.Path(cls.temporary.name) / "server.toml"
        config.write_text(CONFIG)
        cls.server = ServerProcess(cls.temporary.name, "--config", str(config),
                                   env={"KALAMDB_ROOT_PASSWORD": ROOT_PASSWORD}, root_password=ROOT_PASSWORD)
        status, _, body = cls.server.request("POST", "/v1/api/auth/login",
                                             json.dumps({"user": "root", "password": ROOT_PASSWORD}),
                                             {"Content-Type": "application/json"})
        assert status == 200, body
        cls.token = json.loads(body)["access_token"].encode()

    @classmethod
    def tearDownClass(cls):
        cls.server.kill()
        cls.temporary.cleanup()

    def check(self, case):
        answer = Answer(self.server, case.data.replace(b"{token}", self.token))
        status, _, rest = case.expected.partition(" ")
        self.assertIn(answer.status, status.split("|"), answer.data[:300])
        if rest.startswith(("close", "open")):
            word, _, rest = rest.partition(" ")
            self.assertEqual(answer.closed, word == "close", "is the connection closed?")
        self.assertIn(rest.encode(), answer.data)
        self.assertNotIn(b"HTTP/1.1 5", answer.data.replace(b"HTTP/1.1 503", b""))
        self.assertEqual(self.server.request("GET", "/health")[0], 200, "the server goes on")

    def test_every_case(self):
        count = 0
        for path in sorted((HERE / "http").glob("*.case")):
            for case in cases_of(path):
                count += 1
                with self.subTest(place=case.place, case=case.name):
                    self.check(case)
        self.assertGreater(count, 0)
        print(f"{count} hostile requests")


if __name__ == "__main__":
    server_process.main()
