#!/usr/bin/env python3
"""Limits of an operator, end to end: results that are cut say so.

    KALAMDB_SERVER=build/release/bin/kalamdb-server tests/e2e/test_limits.py
"""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import server_process
from server_process import ServerProcess

ROOT_PASSWORD = "Night-Train-42"


class RowLimits(unittest.TestCase):
    def setUp(self):
        temporary = server_process.directory()
        self.addCleanup(temporary.cleanup)
        self.directory = pathlib.Path(temporary.name)

    def start(self, config):
        """With the tables app.many of 2000 rows and app.fifty of 50."""
        file = self.directory / "limits.toml"
        file.write_text(config)
        server = ServerProcess(self.directory, "--config", str(file), env={"KALAMDB_ROOT_PASSWORD": ROOT_PASSWORD},
                               root_password=ROOT_PASSWORD)
        self.addCleanup(server.kill)
        self.assertEqual(server.sql("CREATE NAMESPACE app")[0], 200)
        for table, rows in (("many", 2000), ("fifty", 50)):
            for statement in (f"CREATE SHARED TABLE app.{table} (id INT PRIMARY KEY)",
                              f"INSERT INTO app.{table} VALUES " + ",".join(f"({i})" for i in range(rows))):
                status, answer = server.sql(statement)
                self.assertEqual(status, 200, answer)
        return server

    def expect(self, server, sql, rows, truncated):
        status, answer = server.sql(sql)
        self.assertEqual(status, 200, answer)
        result = answer["results"][-1]
        self.assertEqual((len(result["rows"]), result["row_count"]), (rows, rows), sql)
        # The member is there when it is true, and else not at all.
        self.assertEqual(result.get("truncated", "absent"), True if truncated else "absent", sql)

    def test_case_32_results_are_complete_unless_limits_are_configured(self):
        """http-api 32, config 47."""
        server = self.start("")
        self.expect(server, "SELECT id FROM app.many", 2000, False)
        self.expect(server, "SELECT id FROM app.many LIMIT 1500", 1500, False)

    def test_case_32_configured_limits_cut_and_say_so(self):
        """http-api 32."""
        server = self.start("[limits]\ndefault_query_limit = 50\nmax_query_limit = 1000\n")
        self.expect(server, "SELECT id FROM app.many", 50, True)
        self.expect(server, "SELECT id FROM app.many LIMIT 60", 60, False)
        self.expect(server, "SELECT id FROM app.many LIMIT 5000", 1000, True)
        self.expect(server, "SELECT id FROM app.fifty", 50, False)
        self.expect(server, "SELECT id FROM (SELECT id FROM app.many LIMIT 60)", 50, True)
        self.expect(server, "SELECT count(*) FROM app.many", 1, False)
        self.expect(server, "SELECT 1; SELECT id FROM app.many", 50, True)
        self.assertEqual(server.rows("SELECT max(id) FROM (SELECT id FROM app.many ORDER BY id LIMIT 60)"), [[59]])
        _, _, metrics = server.request("GET", "/metrics")
        self.assertRegex(metrics, r"(?m)^kalamdb_results_truncated_total 4$")

    def test_the_greatest_limit_alone(self):
        """config 47."""
        server = self.start("[limits]\nmax_query_limit = 1000\n")
        self.expect(server, "SELECT id FROM app.many", 1000, True)
        self.expect(server, "SELECT id FROM app.many LIMIT 1000", 1000, False)


if __name__ == "__main__":
    server_process.main()
