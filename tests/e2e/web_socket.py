"""A WebSocket client for tests: RFC 6455 over the standard library, one message at a time."""

import base64
import hashlib
import json
import os
import socket
import struct
import zlib

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


class WebSocket:
    """Open when __init__ returns; `status` is 101 then, or what the server answered instead."""

    def __init__(self, server, token=None, path="/v1/ws", headers=None):
        self.socket = socket.create_connection((server.host, server.port), timeout=20)
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [f"GET {path} HTTP/1.1", f"Host: {server.host}", "Upgrade: websocket", "Connection: Upgrade",
                 f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13"]
        if token:
            lines.append(f"Authorization: Bearer {token}")
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        self._left = b""
        while b"\r\n\r\n" not in self._left:
            self._left += self._more()
        head, self._left = self._left.split(b"\r\n\r\n", 1)
        self.status = int(head.split()[1])
        if self.status == 101:
            accept = base64.b64encode(hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest())
            assert accept in head, head

    def _more(self):
        got = self.socket.recv(65536)
        if not got:
            raise ConnectionError("the server closed the socket")
        return got

    def _take(self, size):
        while len(self._left) < size:
            self._left += self._more()
        taken, self._left = self._left[:size], self._left[size:]
        return taken

    def send_frame(self, opcode, payload, final=True):
        mask = os.urandom(4)
        head = bytes([(0x80 if final else 0) | opcode])
        if len(payload) < 126:
            head += bytes([0x80 | len(payload)])
        elif len(payload) < 65536:
            head += bytes([0x80 | 126]) + struct.pack(">H", len(payload))
        else:
            head += bytes([0x80 | 127]) + struct.pack(">Q", len(payload))
        self.socket.sendall(head + mask + bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload)))

    def send(self, message):
        self.send_frame(TEXT, (message if isinstance(message, str) else json.dumps(message)).encode())

    def receive_frame(self):
        """(opcode, payload)"""
        first, second = self._take(2)
        size = second & 0x7F
        if size == 126:
            size = struct.unpack(">H", self._take(2))[0]
        elif size == 127:
            size = struct.unpack(">Q", self._take(8))[0]
        return first & 0x0F, self._take(size)

    def receive(self):
        """The next message as an object; of a close: {"closed": code, "reason": …}."""
        opcode, payload = self.receive_frame()
        if opcode == CLOSE:
            return {"closed": struct.unpack(">H", payload[:2])[0], "reason": payload[2:].decode()}
        if payload[:2] == b"\x1f\x8b":
            payload = zlib.decompress(payload, 31)
        return json.loads(payload)

    def close(self):
        self.socket.close()
