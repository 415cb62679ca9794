#!/usr/bin/env python3
"""Live queries over real WebSockets, against the real program.

    KALAMDB_SERVER=build/release/bin/kalamdb-server tests/e2e/test_live.py
"""

import functools
import json
import pathlib
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import server_process
import web_socket
from server_process import ServerProcess
from web_socket import WebSocket

PASSWORD = "Blue-Lagoon-7"


class Live(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = server_process.directory()
        cls.server = ServerProcess(cls.temporary.name)
        cls.post("/v1/api/auth/setup", {"user": "maria", "password": PASSWORD, "root_password": "Night-Train-42"})
        cls.tokens = {"maria": cls.login("maria")}
        cls.ask("maria", f"CREATE USER alice WITH PASSWORD '{PASSWORD}' ROLE user")
        cls.ask("maria", f"CREATE USER bob WITH PASSWORD '{PASSWORD}' ROLE user")
        for user in ("alice", "bob"):
            cls.tokens[user] = cls.login(user)
        cls.ask("maria", "CREATE NAMESPACE app")
        cls.ask("maria", "CREATE TABLE app.t (id TEXT PRIMARY KEY, v INT, note TEXT) WITH (TYPE='USER')")
        cls.ask("maria", "CREATE TABLE app.big (id TEXT PRIMARY KEY, v INT, note TEXT) WITH (TYPE='USER')")

    @classmethod
    def tearDownClass(cls):
        cls.server.kill()
        cls.temporary.cleanup()

    @staticmethod
    def post_to(server, path, body, token=None):
        headers = {"Content-Type": "application/json"}
        if token:
            headers["Authorization"] = "Bearer " + token
        status, _, text = server.request("POST", path, json.dumps(body), headers)
        assert status == 200, (path, status, text)
        return json.loads(text)

    @classmethod
    def post(cls, path, body, token=None):
        return cls.post_to(cls.server, path, body, token)

    @classmethod
    def login(cls, user):
        return cls.post("/v1/api/auth/login", {"user": user, "password": PASSWORD})["access_token"]

    @classmethod
    def ask(cls, user, sql):
        return cls.post("/v1/api/sql", {"sql": sql}, cls.tokens[user])

    def connect(self, user, path="/v1/ws?compress=false"):
        ws = WebSocket(self.server, self.tokens[user], path)
        self.addCleanup(ws.close)
        self.assertEqual(ws.status, 101)
        self.assertEqual(ws.receive()["type"], "auth_success")
        return ws

    def subscribe(self, ws, name, sql, **options):
        ws.send({"type": "subscribe", "subscription": {"id": name, "sql": sql, **options}})
        return ws.receive()

    def test_snapshot_then_changes_of_ones_own(self):
        # websocket cases 33, 42-44, 49, 54, 57.
        self.ask("alice", "INSERT INTO app.t (id, v) VALUES ('a', 1), ('b', 9)")
        alice, bob = self.connect("alice"), self.connect("bob")
        self.assertEqual(self.subscribe(alice, "s", "SELECT * FROM app.t WHERE v < 5", options={})["type"],
                         "subscription_ack")
        batch = alice.receive()
        self.assertEqual([row["id"] for row in batch["rows"]], ["a"])
        self.subscribe(bob, "s", "SELECT * FROM app.t", options={})
        self.assertEqual(bob.receive()["rows"], [])

        self.ask("alice", "INSERT INTO app.t (id, v) VALUES ('c', 2)")
        change = alice.receive()
        self.assertEqual((change["change_type"], change["rows"][0]["id"]), ("insert", "c"))
        self.ask("alice", "UPDATE app.t SET note = 'n' WHERE id = 'c'")
        change = alice.receive()
        self.assertEqual((change["change_type"], change["rows"][0]["note"], change["old_values"][0]["note"]),
                         ("update", "n", None))
        self.ask("alice", "UPDATE app.t SET v = 7 WHERE id = 'c'")
        self.assertEqual(alice.receive()["change_type"], "delete")
        self.ask("alice", "UPDATE app.t SET v = 3 WHERE id = 'b'")
        change = alice.receive()
        self.assertEqual((change["change_type"], change["rows"][0]["id"]), ("insert", "b"))
        self.ask("alice", "DELETE FROM app.t WHERE id = 'a'")
        change = alice.receive()
        self.assertEqual((change["change_type"], change["old_values"][0]["_deleted"]), ("delete", True))

        alice.send({"type": "unsubscribe", "subscription_id": "s"})
        self.subscribe(alice, "marker", "SELECT id FROM app.t WHERE id = 'z'")
        self.ask("alice", "INSERT INTO app.t (id, v) VALUES ('y', 1), ('z', 1)")
        self.assertEqual(alice.receive()["subscription_id"], "marker")
        # Nothing of all this was bob's.
        self.ask("bob", "INSERT INTO app.t (id, v) VALUES ('his', 1)")
        self.assertEqual(bob.receive()["rows"][0]["id"], "his")

    def test_authentication(self):
        # websocket cases 3, 9, 11.
        refused = WebSocket(self.server, "rubbish")
        self.addCleanup(refused.close)
        self.assertEqual(refused.receive(), {"type": "auth_error", "message": "Invalid credentials"})
        self.assertEqual(refused.receive(), {"closed": 1008, "reason": "Authentication failed"})
        late = WebSocket(self.server)
        self.addCleanup(late.close)
        self.assertEqual(self.subscribe(late, "s", "SELECT * FROM app.t")["code"], "AUTH_REQUIRED")
        late.send({"type": "authenticate", "method": "jwt", "token": self.tokens["alice"]})
        self.assertEqual(late.receive(), {"type": "auth_success", "user": "alice", "role": "user",
                                          "protocol": {"serialization": "json", "compression": "gzip"}})
        late.send("hello")
        self.assertEqual(late.receive()["closed"], 1011)

    def test_large_messages_are_compressed_and_fragments_assembled(self):
        # websocket cases 12, 13, 21; 3.6.
        rows = ", ".join(f"('{i}', {i}, 'some words that come again')" for i in range(100))
        self.ask("alice", f"INSERT INTO app.big (id, v, note) VALUES {rows}")
        ws = self.connect("alice", "/v1/ws")
        message = json.dumps({"type": "subscribe",
                              "subscription": {"id": "b", "sql": "SELECT * FROM app.big", "options": {}}}).encode()
        ws.send_frame(web_socket.TEXT, message[:10], final=False)
        ws.send_frame(web_socket.PING, b"between")
        ws.send_frame(0, message[10:])
        self.assertEqual(ws.receive_frame(), (web_socket.PONG, b"between"))
        ws.receive_frame()
        opcode, payload = ws.receive_frame()
        self.assertEqual((opcode, payload[:2]), (web_socket.BINARY, b"\x1f\x8b"))
        self.assertEqual(len(json.loads(web_socket.zlib.decompress(payload, 31))["rows"]), 100)
        plain = self.connect("alice")
        self.subscribe(plain, "b", "SELECT * FROM app.big", options={})
        self.assertEqual(plain.receive_frame()[0], web_socket.TEXT)

    def test_messagepack(self):
        # websocket cases 14, 15.
        ws = self.connect("alice", "/v1/ws?serialization=msgpack&compress=false")
        ws.send({"type": "subscribe", "subscription": {"id": "m", "sql": "SELECT id FROM app.t WHERE id = 'pack'"}})
        opcode, payload = ws.receive_frame()
        self.assertEqual((opcode, payload[:1], b"subscription_ack" in payload), (web_socket.BINARY, b"\x85", True))
        ws.send_frame(web_socket.BINARY, b"\x01")
        self.assertEqual(ws.receive()["code"], "UNSUPPORTED_DATA")

    def test_system_live_and_kill(self):
        # websocket cases 58, 60.
        ws = self.connect("bob")
        self.subscribe(ws, "k", "SELECT * FROM app.t")
        rows = self.ask("maria", "SELECT live_id FROM system.live WHERE user_id = 'bob' AND subscription_id = 'k'")
        live_id = rows["results"][0]["rows"][0][0]
        self.ask("bob", f"KILL LIVE QUERY '{live_id}'")
        self.assertEqual(ws.receive(), {"type": "error", "subscription_id": "k", "code": "SUBSCRIPTION_CLOSED",
                                        "message": "Subscription was killed"})

    def test_sockets_and_subscriptions_are_counted(self):
        def stats():
            answer = self.ask("maria", "SELECT metric_name, metric_value FROM system.stats")
            return {name: int(value) for name, value in answer["results"][0]["rows"]
                    if name.startswith(("websocket_", "active_subscriptions"))}

        def settles(name, value):
            deadline = time.monotonic() + 10
            while (now := stats()[name]) != value and time.monotonic() < deadline:
                time.sleep(0.05)
            self.assertEqual(now, value, name)

        before = stats()
        ws = self.connect("bob")
        for name in ("one", "two"):
            self.subscribe(ws, name, "SELECT * FROM app.t")
        # Sockets of other tests may still be leaving.
        self.assertGreaterEqual(stats()["websocket_sessions"], 1)
        self.assertGreaterEqual(stats()["active_subscriptions"], 2)
        self.assertGreaterEqual(stats()["websocket_sessions_peak"], max(1, before["websocket_sessions_peak"]))
        self.assertGreaterEqual(stats()["active_subscriptions_peak"], max(2, before["active_subscriptions_peak"]))
        _, _, metrics = self.server.request("GET", "/metrics")
        for gauge in ("ws_connections", "ws_connections_peak", "subscriptions", "subscriptions_peak"):
            self.assertRegex(metrics, rf"(?m)^kalamdb_{gauge} [1-9]")
        ws.close()
        for name in ("websocket_sessions", "active_subscriptions"):
            settles(name, 0)

    def test_silence_ends_a_connection(self):
        # websocket cases 1, 21.
        temporary = server_process.directory()
        self.addCleanup(temporary.cleanup)
        server = ServerProcess(temporary.name, env={"KALAMDB_WEBSOCKET_AUTH_TIMEOUT_SECS": "1",
                                                    "KALAMDB_WEBSOCKET_HEARTBEAT_INTERVAL_SECS": "1"})
        self.addCleanup(server.kill)
        ws = WebSocket(server)
        self.addCleanup(ws.close)
        self.assertEqual(ws.receive(), {"type": "auth_error", "message": "Authentication timeout - no auth message "
                                                                        "received within 3 seconds"})
        self.assertEqual(ws.receive(), {"closed": 1008, "reason": "Authentication timeout"})

    def test_lost_rights_end_connections(self):
        # auth 8.5: revoked tokens, another role, no user any more.
        changes = {"carol": "ALTER USER carol SET PASSWORD 'Green-Lagoon-8'",
                   "dora": "ALTER USER dora SET ROLE service",
                   "emil": "DROP USER emil"}
        for user in changes:
            self.ask("maria", f"CREATE USER {user} WITH PASSWORD '{PASSWORD}' ROLE user")
            self.tokens[user] = self.login(user)
        sockets = {user: self.connect(user) for user in changes}
        stays = self.connect("alice")
        for user, ws in sockets.items():
            self.assertEqual(self.subscribe(ws, "s", "SELECT id FROM app.t")["type"], "subscription_ack")
            self.ask("maria", changes[user])
            self.assertEqual(ws.receive(), {"type": "auth_error", "message": "Session revoked"}, user)
            self.assertEqual(ws.receive(), {"closed": 1008, "reason": "Session revoked"}, user)
        # The others' changes are none of hers.
        self.assertEqual(self.subscribe(stays, "s", "SELECT id FROM app.t")["type"], "subscription_ack")

    def test_resume_by_cursor_over_a_crash(self):
        # websocket cases 65, 66.
        temporary = server_process.directory()
        self.addCleanup(temporary.cleanup)
        server = ServerProcess(temporary.name)
        self.addCleanup(server.kill)
        post = functools.partial(self.post_to, server)
        post("/v1/api/auth/setup", {"user": "maria", "password": PASSWORD, "root_password": "Night-Train-42"})
        login = {"user": "maria", "password": PASSWORD}
        token = post("/v1/api/auth/login", login)["access_token"]
        for sql in ("CREATE NAMESPACE app", "CREATE TABLE app.t (id TEXT PRIMARY KEY, v INT) WITH (TYPE='USER')",
                    "INSERT INTO app.t (id, v) VALUES ('a', 1), ('b', 1), ('c', 1)"):
            post("/v1/api/sql", {"sql": sql}, token)
        path = "/v1/ws?compress=false&features=exact_resume"
        ws = WebSocket(server, token, path)
        self.assertEqual(ws.receive()["protocol"]["features"], ["exact_resume"])
        query = "SELECT id, v FROM app.t WHERE v < 5"
        self.subscribe(ws, "s", query, options={})
        cursor = ws.receive()["batch_control"]["cursor"]
        ws.close()
        for sql in ("UPDATE app.t SET v = 2 WHERE id = 'a'", "DELETE FROM app.t WHERE id = 'b'",
                    "UPDATE app.t SET v = 9 WHERE id = 'c'"):
            post("/v1/api/sql", {"sql": sql}, token)
        server.kill()

        server = ServerProcess(temporary.name)
        self.addCleanup(server.kill)
        token = self.post_to(server, "/v1/api/auth/login", login)["access_token"]
        ws = WebSocket(server, token, path)
        self.addCleanup(ws.close)
        ws.receive()
        self.assertTrue(self.subscribe(ws, "s", query, options={"cursor": cursor})["replay"])
        rows = {"a": 1, "b": 1, "c": 1}
        while True:
            change = ws.receive()
            if change["change_type"] == "delete":
                rows.pop(change["key"]["id"], None)
            else:
                rows[change["key"]["id"]] = change["rows"][0]["v"]
            if not change["more"]:
                break
        self.assertEqual(rows, {"a": 2})

    def test_stop_closes_sockets(self):
        # websocket case 61.
        temporary = server_process.directory()
        self.addCleanup(temporary.cleanup)
        server = ServerProcess(temporary.name)
        self.addCleanup(server.kill)
        ws = WebSocket(server)
        self.addCleanup(ws.close)
        server.process.terminate()
        self.assertEqual(ws.receive(), {"closed": 1001, "reason": "Server shutting down"})


if __name__ == "__main__":
    server_process.main()
