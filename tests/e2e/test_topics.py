#!/usr/bin/env python3
"""Topics over HTTP: waiting for messages, and that none is lost or out of order when the server is killed.

    KALAM_CHECK_SECONDS=3600 KALAMDB_SERVER=build/release/bin/kalamdb-server tests/e2e/test_topics.py Checker
"""

import base64
import http.client
import json
import os
import pathlib
import random
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import server_process
from server_process import ServerProcess

ROOT_PASSWORD = "Night-Train-42"
CHECK_SECONDS = float(os.environ.get("KALAM_CHECK_SECONDS", "12"))
KILL_EVERY = 4 if CHECK_SECONDS < 120 else 30


class WithServer(unittest.TestCase):
    def setUp(self):
        temporary = server_process.directory()
        self.addCleanup(temporary.cleanup)
        self.directory = pathlib.Path(temporary.name)
        self.start()
        self.addCleanup(lambda: self.server.kill())

    def start(self, **env):
        env = {"KALAMDB_ROOT_PASSWORD": ROOT_PASSWORD, "KALAMDB_JWT_SECRET": "s3cret-of-a-test-that-is-long-enough",
               "KALAMDB_TOPIC_VISIBILITY_TIMEOUT_SECS": "2", **env}
        self.server = ServerProcess(self.directory, env=env, root_password=ROOT_PASSWORD)

    def must(self, *statements):
        for statement in statements:
            status, answer = self.server.sql(statement)
            self.assertEqual(status, 200, answer)

    def topics(self, route, **body):
        status, _, answer = self.server.post(f"/v1/api/topics/{route}", body, self.server.as_root())
        return status, answer

    def consume(self, group, **members):
        status, answer = self.topics("consume", topic_id="app.t", group_id=group, **members)
        self.assertEqual(status, 200, answer)
        return answer

    def make_topic(self, partitions=1):
        self.must("CREATE NAMESPACE app", "CREATE SHARED TABLE app.s (id BIGINT PRIMARY KEY, n BIGINT)",
                  f"CREATE TOPIC app.t PARTITIONS {partitions}", "ALTER TOPIC app.t ADD SOURCE app.s ON INSERT",
                  "ALTER TOPIC app.t ADD SOURCE app.s ON UPDATE")


class Waiting(WithServer):
    def test_a_message_ends_the_wait(self):
        self.make_topic()
        answers = []
        waiting = threading.Thread(
            target=lambda: answers.append(self.consume("g", start="earliest", timeout_seconds=20)))
        started = time.monotonic()
        waiting.start()
        time.sleep(0.3)
        self.assertEqual(answers, [], "it waits")
        self.must("INSERT INTO app.s VALUES (1, 7)")
        waiting.join()
        self.assertLess(time.monotonic() - started, 10)
        message, = answers[0]["messages"]
        payload = json.loads(base64.b64decode(message["payload"]))
        self.assertEqual((payload["id"], payload["n"], payload["_table"]), ("1", "7", "app:s"))
        self.assertNotIn("_commit_seq", payload)
        self.assertEqual((message["op"], message["key"], answers[0]["next_offset"]), ("Insert", "1", 1))

    def test_without_one_it_ends_in_time(self):
        self.make_topic()
        started = time.monotonic()
        self.assertEqual(self.consume("g", timeout_seconds=1),
                         {"messages": [], "next_offset": 0, "has_more": False})
        self.assertGreater(time.monotonic() - started, 0.9)

    def test_a_claim_that_is_overdue_ends_the_wait(self):
        self.make_topic()
        self.must("INSERT INTO app.s VALUES (1, 7)")
        self.assertEqual(len(self.consume("g", start="earliest")["messages"]), 1)
        self.assertEqual(len(self.consume("g", timeout_seconds=20)["messages"]), 1, "nobody acknowledged it")

    def test_a_dropped_topic_and_a_stop_end_the_wait(self):
        self.make_topic()
        answers = []

        def wait():
            try:
                answers.append(self.topics("consume", topic_id="app.t", group_id="g", timeout_seconds=25))
            except (OSError, http.client.HTTPException):
                answers.append(None)

        waiting = threading.Thread(target=wait)
        waiting.start()
        time.sleep(0.2)
        self.must("DROP TOPIC app.t")
        waiting.join()
        self.assertEqual(answers[0], (404, {"error": "Topic 'app.t' does not exist", "code": "NOT_FOUND"}))
        self.must("CREATE TOPIC app.t")
        waiting = threading.Thread(target=wait)
        waiting.start()
        time.sleep(0.2)
        started = time.monotonic()
        self.assertEqual(self.server.stop()[0], 0)
        waiting.join()
        self.assertLess(time.monotonic() - started, 10)


class Lag(WithServer):
    def test_it_is_in_system_stats(self):
        self.make_topic()
        self.must("INSERT INTO app.s VALUES (1, 7), (2, 7), (3, 7)")
        self.assertEqual(self.topics("ack", topic_id="app.t", group_id="g", upto_offset=0)[0], 200)
        stats = dict(self.server.rows("SELECT metric_name, metric_value FROM system.stats"))
        self.assertEqual(stats['topic_lag{topic="app.t",group="g",partition="0"}'], "2")
        self.assertEqual((stats["topic_cache_topic_count"], stats["topic_cache_table_route_count"],
                          stats["topic_cache_total_routes"]), ("1", "1", "2"))
        self.topics("ack", topic_id="app.t", group_id="g", upto_offset=2)
        stats = dict(self.server.rows("SELECT metric_name, metric_value FROM system.stats"))
        self.assertEqual(stats['topic_lag{topic="app.t",group="g",partition="0"}'], "0")


class Checker(WithServer):
    """Writers count up rows of their own; two members of a group read; the server is killed now and then. At the end
    every acknowledged value was consumed, and those of a row came in order the first time."""

    PARTITIONS = 3
    WRITERS = 3
    ROWS = 5

    def setUp(self):
        super().setUp()
        self.make_topic(self.PARTITIONS)
        self.lock = threading.Lock()
        self.acknowledged = {}  # row -> the last value whose write was answered
        self.seen = {}  # row -> values, in the order in which they came
        self.done = False

    def write(self, writer):
        random_of = random.Random(writer)
        value = {}
        while not self.done:
            row = writer * self.ROWS + random_of.randrange(self.ROWS)
            next_value = value.get(row, 0) + 1
            insert = row not in value
            sql = (f"INSERT INTO app.s VALUES ({row}, 1)" if insert
                   else f"UPDATE app.s SET n = {next_value} WHERE id = {row}")
            try:
                status, answer = self.server.sql(sql)
            except (OSError, http.client.HTTPException, ValueError, AssertionError):
                time.sleep(0.05)
                self.settle(row, value)
                continue
            if status == 200:
                value[row] = next_value
                with self.lock:
                    self.acknowledged[row] = next_value
            else:
                self.settle(row, value)

    def settle(self, row, value):
        """After an answer that never came: what does the table say?"""
        while not self.done:
            try:
                found = self.server.rows(f"SELECT n FROM app.s WHERE id = {row}")
            except (OSError, http.client.HTTPException, ValueError, AssertionError):
                time.sleep(0.05)
                continue
            if found:
                value[row] = int(found[0][0])
            return

    def read(self, partition):
        while True:
            try:
                status, answer = self.topics("consume", topic_id="app.t", group_id="g", start="earliest",
                                             partition_id=partition, limit=50, timeout_seconds=1)
                if status != 200:
                    continue
                for message in answer["messages"]:
                    payload = json.loads(base64.b64decode(message["payload"]))
                    with self.lock:
                        self.seen.setdefault(int(payload["id"]), []).append(int(payload["n"]))
                if answer["messages"]:
                    self.topics("ack", topic_id="app.t", group_id="g", partition_id=partition,
                                upto_offset=answer["next_offset"] - 1)
                elif self.done:
                    return
            except (OSError, http.client.HTTPException, ValueError, AssertionError):
                time.sleep(0.05)

    def test_every_acknowledged_write_is_consumed_in_order(self):
        threads = [threading.Thread(target=self.write, args=(i,)) for i in range(self.WRITERS)]
        readers = [threading.Thread(target=self.read, args=(i,)) for i in range(self.PARTITIONS)]
        for thread in threads + readers:
            thread.start()
        ends = time.monotonic() + CHECK_SECONDS
        try:
            while time.monotonic() < ends:
                time.sleep(min(KILL_EVERY, max(ends - time.monotonic(), 0)))
                self.server.kill()
                self.start()
        finally:
            time.sleep(1)
            self.done = True
            for thread in threads + readers:
                thread.join()
        self.assertGreater(sum(self.acknowledged.values()), 50, "hardly anything was written")
        for row, last in self.acknowledged.items():
            first_seen = list(dict.fromkeys(self.seen.get(row, [])))
            self.assertTrue(set(first_seen) >= set(range(1, last + 1)), f"row {row}: something was lost")
            self.assertEqual(first_seen, sorted(first_seen), f"row {row}: out of order")


if __name__ == "__main__":
    unittest.main()
