#!/usr/bin/env python3
"""What a server tells of itself: system.stats and dba.stats, system.cluster, system.server_logs."""

import pathlib
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import server_process
from server_process import ServerProcess

ROOT_PASSWORD = "Night-Train-42"


class NodeViews(unittest.TestCase):
    def setUp(self):
        temporary = server_process.directory()
        self.addCleanup(temporary.cleanup)
        self.directory = pathlib.Path(temporary.name)
        self.logs = self.directory / "own-logs"
        config = self.directory / "own.toml"
        config.write_text(f'[logging]\nformat = "json"\nlogs_path = "{self.logs}"\n')
        self.server = ServerProcess(self.directory, "--config", str(config),
                                    env={"KALAMDB_ROOT_PASSWORD": ROOT_PASSWORD}, root_password=ROOT_PASSWORD)
        self.addCleanup(self.server.kill)

    def rows(self, sql):
        status, answer = self.server.sql(sql)
        self.assertEqual(status, 200, answer)
        return answer["results"][0]["rows"]

    def test_catalog_case_84_log_lines_are_rows(self):
        with open(self.logs / "server.jsonl", "ab") as log:
            log.write(b"garbage\n")
        self.assertEqual(len(self.rows("SELECT level, message FROM system.server_logs WHERE level = 'INFO' LIMIT 1")), 1)
        (message,), *_ = self.rows("SELECT message FROM system.server_logs LIMIT 1")
        self.assertRegex(message, r"^KalamDB Server v")

    def test_catalog_case_85_a_node_alone_leads_all_groups(self):
        self.assertEqual(self.rows("SELECT is_self, is_leader, status, total_groups FROM system.cluster"),
                         [[True, True, "active", 3]])
        groups = self.rows("SELECT group_id, group_type FROM system.cluster_groups ORDER BY group_id")
        self.assertEqual(groups, [["10", "meta"], ["100", "user_data"], ["200", "shared_data"]])

    def test_stats_are_in_their_order(self):
        names = [name for name, in self.rows("SELECT metric_name FROM system.stats")]
        wanted = ["server_uptime_seconds", "memory_usage_mb", "cpu_logical_cores", "open_files_total", "total_tables",
                  "total_jobs", "active_connections", "schema_cache_hit_rate", "server_version", "cluster_mode"]
        self.assertEqual([name for name in names if name in wanted],
                         ["server_uptime_seconds", "memory_usage_mb", "cpu_logical_cores", "open_files_total",
                          "total_tables", "total_jobs", "active_connections", "schema_cache_hit_rate", "server_version",
                          "cluster_mode"])
        self.assertEqual(len(names), len(set(names)))

    def test_catalog_case_88_metrics_are_recorded(self):
        query = "SELECT metric_unit FROM dba.stats WHERE metric_name = 'memory_usage_mb'"
        deadline = time.monotonic() + 10
        while not (rows := self.rows(query)) and time.monotonic() < deadline:
            time.sleep(0.05)
        self.assertEqual(rows, [["MB"]])


if __name__ == "__main__":
    unittest.main()
