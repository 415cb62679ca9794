#!/usr/bin/env python3
"""Do subscriptions tell the truth? Random filters on one table, random writes, sockets that break, a server that is
killed: whenever nothing is on its way, what each client has put together is what SELECT answers.

    KALAMDB_SERVER=build/release/bin/kalamdb-server tests/e2e/test_live_checker.py

LIVE_CHECKER_SECONDS (10) says for how long, LIVE_CHECKER_SEED repeats a run.
"""

import json
import os
import pathlib
import random
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import server_process
from server_process import ServerProcess
from web_socket import WebSocket

PASSWORD = "Blue-Lagoon-7"
SECONDS = float(os.environ.get("LIVE_CHECKER_SECONDS", "10"))
SEED = int(os.environ.get("LIVE_CHECKER_SEED", time.time_ns() % 1_000_000))
USERS = [f"reader{number}" for number in range(5)]
SUBSCRIPTIONS = 9  # of each, and one that tells when everything has come
KEYS = [f"k{number}" for number in range(40)]


def ask(server, token, sql):
    while True:
        status, _, text = server.request("POST", "/v1/api/sql", json.dumps({"sql": sql}),
                                         {"Content-Type": "application/json", "Authorization": "Bearer " + token})
        if status != 429:
            break
        time.sleep(0.05)  # faster than one user may
    assert status == 200, (sql, status, text)
    return json.loads(text)


def random_filter(dice):
    return dice.choice([
        lambda: f"v = {dice.randrange(5)}",
        lambda: f"room = 'r{dice.randrange(4)}'",
        lambda: f"room = 'r{dice.randrange(4)}' AND v < {dice.randrange(1, 5)}",
        lambda: f"v = {dice.randrange(5)} OR room = 'r{dice.randrange(4)}'",
        lambda: f"v BETWEEN 1 AND {dice.randrange(1, 5)}",
        lambda: f"room IN ('r0', 'r{dice.randrange(1, 4)}')",
        lambda: f"v IS NULL OR v > {dice.randrange(5)}",
        lambda: f"id LIKE 'k{dice.randrange(1, 4)}%'",
        lambda: f"NOT (room = 'r{dice.randrange(4)}')",
    ])()


class Subscription:
    def __init__(self, where):
        self.sql = "SELECT id, room, v FROM app.c WHERE " + where
        self.rows = {}
        self.cursor = None

    def put(self, row):
        self.rows[row["id"]] = {"room": None, "v": None} | {name: row[name] for name in ("room", "v") if name in row}

    def apply(self, change):
        if change["change_type"] == "delete":
            self.rows.pop(change["key"]["id"], None)
        else:
            self.put(change["rows"][0])

    def take_batch(self, batch):
        assert not batch["batch_control"]["has_more"], batch
        self.rows = {}
        for row in batch["rows"]:
            self.put(row)
        self.cursor = batch["batch_control"]["cursor"]


class Reader:
    def __init__(self, user, dice):
        self.user = user
        self.frames = dice.random() < 0.5
        self.subscriptions = {f"s{number}": Subscription(random_filter(dice)) for number in range(SUBSCRIPTIONS)}
        self.subscriptions["mark"] = Subscription("id = 'mark'")
        self.ws = None
        self.acks = 0

    def connect(self, server):
        token = server.log_in(self.user, PASSWORD)["access_token"]
        features = "exact_resume,frames" if self.frames else "exact_resume"
        self.ws = WebSocket(server, token, "/v1/ws?compress=false&features=" + features)
        assert self.ws.receive()["type"] == "auth_success"
        for name, each in self.subscriptions.items():
            options = {"cursor": each.cursor} if each.cursor else {}
            self.ws.send({"type": "subscribe", "subscription": {"id": name, "sql": each.sql, "options": options}})
        # Only then all of them follow the same commits.
        self.acks = 0
        while self.acks < len(self.subscriptions):
            self.receive()

    def disconnect(self):
        self.ws.close()
        self.ws = None

    def receive(self):
        message = self.ws.receive()
        kind = message.get("type")
        if kind == "initial_data_batch":
            self.subscriptions[message["subscription_id"]].take_batch(message)
        elif kind in ("change", "frame"):
            changes = message["changes"] if kind == "frame" else [message]
            for change in changes:
                each = self.subscriptions[change["subscription_id"]]
                each.apply(change)
                each.cursor = message.get("cursor") or each.cursor
        elif kind == "subscription_ack":
            self.acks += 1
        else:
            assert kind == "resync", message

    def catch_up(self, mark):
        while self.subscriptions["mark"].rows.get("mark", {}).get("v") != mark:
            self.receive()


class LiveChecker(unittest.TestCase):
    def test_what_clients_put_together_is_what_select_answers(self):
        # websocket cases 38, 54, 66, 70, over reconnects and kill -9.
        dice = random.Random(SEED)
        print(f"seed {SEED}", flush=True)
        temporary = server_process.directory()
        self.addCleanup(temporary.cleanup)
        server = ServerProcess(temporary.name)
        self.addCleanup(lambda: server.kill())
        status, _, text = server.request("POST", "/v1/api/auth/setup", json.dumps(
            {"user": "maria", "password": PASSWORD, "root_password": "Night-Train-42"}),
            {"Content-Type": "application/json"})
        self.assertEqual(status, 200, text)
        token = server.log_in("maria", PASSWORD)["access_token"]
        for user in USERS:
            ask(server, token, f"CREATE USER {user} WITH PASSWORD '{PASSWORD}' ROLE user")
        ask(server, token, "CREATE NAMESPACE app")
        ask(server, token, "CREATE TABLE app.c (id TEXT PRIMARY KEY, room TEXT, v INT) "
                           "WITH (TYPE='SHARED', ACCESS_LEVEL='public')")
        ask(server, token, "INSERT INTO app.c (id, v) VALUES ('mark', 0)")
        present = set()

        def write():
            key = dice.choice(KEYS)
            room = dice.choice(["NULL", "'r0'", "'r1'", "'r2'", "'r3'"])
            v = dice.choice(["NULL", "0", "1", "2", "3", "4"])
            if key not in present:
                present.add(key)
                ask(server, token, f"INSERT INTO app.c (id, room, v) VALUES ('{key}', {room}, {v})")
            elif dice.random() < 0.3:
                present.remove(key)
                ask(server, token, f"DELETE FROM app.c WHERE id = '{key}'")
            else:
                ask(server, token, f"UPDATE app.c SET room = {room}, v = {v} WHERE id = '{key}'")

        readers = [Reader(user, dice) for user in USERS]
        end = time.monotonic() + SECONDS
        rounds = 0
        while time.monotonic() < end or rounds < 4:
            rounds += 1
            if rounds % 4 == 0:
                server.kill()
                for reader in readers:
                    if reader.ws:
                        reader.disconnect()
                server = ServerProcess(temporary.name)
                token = server.log_in("maria", PASSWORD)["access_token"]
            for reader in readers:
                if reader.ws and dice.random() < 0.3:
                    reader.disconnect()
            for _ in range(dice.randrange(40)):
                write()
            for reader in readers:
                if not reader.ws:
                    reader.connect(server)
                    write()  # while others are still away
            mark = 1000 + rounds
            ask(server, token, f"UPDATE app.c SET v = {mark} WHERE id = 'mark'")
            for reader in readers:
                reader.catch_up(mark)
                answers = ask(server, token, "; ".join(each.sql for each in reader.subscriptions.values()))["results"]
                for (name, each), answer in zip(reader.subscriptions.items(), answers, strict=True):
                    expected = {row[0]: {"room": row[1], "v": row[2]} for row in answer["rows"]}
                    self.assertEqual(each.rows, expected, (SEED, rounds, reader.user, reader.frames, name, each.sql))
        for reader in readers:
            reader.disconnect()
        print(f"{rounds} quiet points", flush=True)


if __name__ == "__main__":
    server_process.main()
