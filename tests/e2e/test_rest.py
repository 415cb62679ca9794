#!/usr/bin/env python3
"""Tables and exports over HTTP: the schema routes are the same statements in other clothes."""

import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import server_process
from server_process import ServerProcess

ROOT_PASSWORD = "Night-Train-42"
BOB_PASSWORD = "Bob-Train-4242"


class Rest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        temporary = server_process.directory()
        cls.addClassCleanup(temporary.cleanup)
        cls.directory = pathlib.Path(temporary.name)
        cls.server = ServerProcess(cls.directory, env={"KALAMDB_ROOT_PASSWORD": ROOT_PASSWORD},
                                   root_password=ROOT_PASSWORD)
        cls.addClassCleanup(cls.server.kill)
        for sql in ("CREATE NAMESPACE app", f"CREATE USER bob WITH PASSWORD '{BOB_PASSWORD}' ROLE user"):
            assert cls.server.sql(sql)[0] == 200
        cls.bob = {"Authorization": "Bearer " + cls.server.log_in("bob", BOB_PASSWORD)["access_token"]}

    def call(self, method, path, body=None, who=None, **headers):
        all_headers = {**(who or self.server.as_root()), **headers}
        if body is not None:
            all_headers.setdefault("Content-Type", "application/json")
            body = body if isinstance(body, str) else json.dumps(body)
        status, _, text = self.server.request(method, path, body, all_headers)
        return status, json.loads(text) if text else None

    def code(self, *arguments, **members):
        status, body = self.call(*arguments, **members)
        return status, body["error"]["code"]

    def test_catalog_case_89_a_table_is_described(self):
        self.assertEqual(self.server.sql("CREATE TABLE app.t (id BIGINT PRIMARY KEY, name TEXT) WITH (TYPE='USER')")[0], 200)
        status, table = self.call("GET", "/v1/api/tables/app.t/schema")
        self.assertEqual(status, 200)
        self.assertEqual((table["table_id"], table["table_type"], table["schema_version"], table["next_column_id"]),
                         ("app.t", "User", 1, 5))
        self.assertEqual([(column["column_name"], column["column_id"]) for column in table["columns"]],
                         [("id", 1), ("name", 2), ("_seq", 3), ("_deleted", 4)])
        self.assertEqual(table["columns"][3]["default_value"], {"Literal": False})
        self.assertEqual(table["table_options"]["table_type"], "USER")
        self.assertRegex(table["created_at"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
        self.assertEqual(self.call("GET", "/api/v1/tables/t/schema?namespace=app"), (200, table), "the other spelling")
        self.assertEqual(self.code("GET", "/v1/api/tables/app.none/schema"), (404, "TABLE_NOT_FOUND"))
        self.assertEqual(self.server.sql("ALTER TABLE app.t ADD COLUMN age INT")[0], 200)
        self.assertEqual(self.call("GET", "/v1/api/tables/app.t/schema?version=1"), (200, table))
        self.assertEqual(self.code("GET", "/v1/api/tables/app.t/schema?version=9"), (404, "TABLE_NOT_FOUND"))
        self.assertEqual(self.code("GET", "/v1/api/tables/app.t/schema?version=x"), (400, "INVALID_INPUT"))
        status, history = self.call("GET", "/v1/api/tables/app.t/schema?history=true")
        self.assertEqual([(each["version"], each["changes"], len(each["columns"])) for each in history["versions"]],
                         [(1, "Initial schema", 4), (2, "ADD COLUMN age INT", 5)])
        self.assertEqual(self.call("GET", "/v1/api/tables/app.t/schema", who=self.bob)[0], 200)
        self.assertEqual(self.call("GET", "/v1/api/tables/app.t/schema", who={"X": "y"})[0], 401)

    def test_catalog_case_90_a_table_is_made_altered_and_dropped(self):
        fields = {"namespace": "app", "table_name": "made", "table_type": "shared",
                  "columns": [{"column_name": "id", "data_type": "BigInt", "is_primary_key": True,
                               "default_value": {"FunctionCall": {"name": "SNOWFLAKE_ID", "args": []}}},
                              {"column_name": "price", "data_type": "DECIMAL(10,2)", "is_nullable": False},
                              {"column_name": "e", "data_type": {"Embedding": 3}},
                              {"column_name": "word", "data_type": "Text", "default_value": "it's"}],
                  "table_options": {"table_type": "SHARED", "access_level": "public",
                                    "flush_policy": {"type": "row_limit", "row_limit": 500}}}
        status, table = self.call("POST", "/v1/api/tables", fields)
        self.assertEqual(status, 201, table)
        self.assertEqual([(column["data_type"], column["is_nullable"], column["default_value"])
                          for column in table["columns"]][:4],
                         [("BigInt", False, {"FunctionCall": {"name": "SNOWFLAKE_ID", "args": []}}),
                          ({"Decimal": {"precision": 10, "scale": 2}}, False, "None"),
                          ({"Embedding": 3}, True, "None"), ("Text", True, {"Literal": "it's"})])
        self.assertEqual(table["table_options"]["access_level"], "Public")
        self.assertEqual(table["table_options"]["flush_policy"], {"type": "row_limit", "row_limit": 500})
        self.assertEqual(self.server.rows("SELECT count(*) FROM system.audit_log WHERE action = 'CREATE_TABLE' AND "
                                          "target = 'app.made'"), [["1"]])
        self.assertEqual(self.code("POST", "/v1/api/tables", fields), (409, "ALREADY_EXISTS"))
        self.assertEqual(self.call("POST", "/v1/api/tables", {**fields, "if_not_exists": True})[0], 200)

        add = {"operation": "add_column", "column_name": "z", "data_type": "Int", "expected_version": 1}
        status, table = self.call("PUT", "/v1/api/tables/app.made/schema", add)
        self.assertEqual((status, table["schema_version"]), (200, 2))
        status, body = self.call("PUT", "/v1/api/tables/app.made/schema", add)
        self.assertEqual((status, body["error"]["code"]), (409, "VERSION_CONFLICT"))
        self.assertEqual(body["error"]["message"], "Conflict: table app.made was altered concurrently")
        changes = [{"operation": "rename_column", "column_name": "z", "new_column_name": "y"},
                   {"operation": "modify_column", "column_name": "y", "data_type": "BIGINT"},
                   {"operation": "set_default", "column_name": "y", "default_value": 7},
                   {"operation": "drop_default", "column_name": "y"},
                   {"operation": "set_nullable", "column_name": "y", "is_nullable": False},
                   {"operation": "set_access_level", "access_level": "Restricted"},
                   {"operation": "drop_column", "column_name": "y"}]
        for version, change in enumerate(changes, 3):
            status, table = self.call("PUT", "/v1/api/tables/app.made/schema", change)
            self.assertEqual((status, table.get("schema_version")), (200, version), (change, table))

        status, body = self.call("DELETE", "/v1/api/tables/app.made")
        self.assertEqual(status, 200)
        self.assertRegex(body["cleanup_job_id"], r"^CL-[0-9a-f]{12}$")
        self.assertEqual(self.code("GET", "/v1/api/tables/app.made/schema"), (404, "TABLE_NOT_FOUND"))
        self.assertEqual(self.code("DELETE", "/v1/api/tables/app.made"), (404, "TABLE_NOT_FOUND"))
        self.assertEqual(self.call("DELETE", "/v1/api/tables/app.made?if_exists=true")[0], 200)
        self.assertEqual(self.call("POST", "/v1/api/tables", fields, who=self.bob)[0], 403)

    def test_by_sql(self):
        made = self.call("POST", "/v1/api/tables", {"sql": "CREATE USER TABLE app.by_sql (id INT PRIMARY KEY)"})
        self.assertEqual((made[0], made[1]["table_id"]), (201, "app.by_sql"))

    def test_bodies_that_say_too_much_or_too_little(self):
        bodies = ["", "{", "[]", "null", {}, {"sql": "DROP TABLE app.t"}, {"sql": 1}, {"sql": "SELECT 1"},
                  {"sql": "CREATE TABLE app.a (id INT PRIMARY KEY); DROP NAMESPACE app"},
                  {"sql": "EXECUTE AS USER 'bob' (CREATE TABLE app.a (id INT PRIMARY KEY))"},
                  {"sql": "CREATE TABLE app.a (id INT PRIMARY KEY)", "table_name": "b"},
                  {"table_name": "a"}, {"table_name": "a", "columns": 1}, {"table_name": "a", "columns": [1]},
                  {"table_name": "a", "columns": [{"column_name": "id"}]},
                  {"table_name": "a", "columns": [{"column_name": "id", "data_type": "INT); DROP NAMESPACE app; --"}]},
                  {"table_name": "a\" (x INT); --", "columns": [{"column_name": "id", "data_type": "Int"}]},
                  {"table_name": "a", "unknown": 1, "columns": [{"column_name": "id", "data_type": "Int"}]}]
        for body in bodies:
            status, answer = self.call("POST", "/v1/api/tables", body)
            self.assertEqual(status, 400, (body, answer))
        for body in bodies[:5] + [{"operation": "explode"}, {"operation": "add_column"},
                                  {"operation": "drop_column", "column_name": 1},
                                  {"operation": "set_access_level", "access_level": "all"},
                                  {"operation": "drop_column", "column_name": "x", "expected_version": -1}]:
            self.assertEqual(self.code("PUT", "/v1/api/tables/app.t/schema", body), (400, "INVALID_INPUT"), body)
        self.assertEqual(self.call("POST", "/v1/api/tables", "{}", **{"Content-Type": "text/plain"})[0], 400)
        self.assertEqual(self.call("GET", "/v1/api/tables/a.b.c%2F/schema")[0], 400)

    def test_columns_of_the_information_schema(self):
        self.server.sql("CREATE USER TABLE app.cols (id INT PRIMARY KEY, v TEXT)")
        path = "/v1/api/information_schema/columns?table_schema=app&table_name=cols"
        status, body = self.call("GET", path)
        self.assertEqual((status, body["total"]), (200, 4))
        self.assertEqual([column["column_name"] for column in body["columns"]], ["id", "v", "_seq", "_deleted"])
        self.assertEqual(len(body["columns"][0]), 15)
        status, page = self.call("GET", path + "&limit=2&offset=1")
        self.assertEqual(([column["column_name"] for column in page["columns"]], page["total"]), (["v", "_seq"], 4))
        self.assertEqual(self.call("GET", path + "&limit=x")[0], 400)
        self.assertEqual(self.call("GET", "/v1/api/information_schema/columns?table_name=' OR 1=1 --"
                                   .replace(" ", "%20"))[1]["total"], 0)

    def test_exports(self):
        folder = self.directory / "data" / "exports" / "bob"
        folder.mkdir(parents=True)
        (folder / "export-bob-1.zip").write_bytes(b"PK\x05\x06" + bytes(18))
        status, headers, body = self.server.request("GET", "/v1/exports/bob/export-bob-1", None, self.bob)
        self.assertEqual((status, headers["Content-Type"]), (200, "application/zip"))
        self.assertEqual(headers["Content-Disposition"], 'attachment; filename="export-bob-1.zip"')
        self.assertEqual(self.call("GET", "/v1/exports/bob/none"),
                         (404, {"error": "Export not found", "code": "EXPORT_NOT_FOUND"}))
        self.assertEqual(self.code("GET", "/v1/exports/root/x", who=self.bob), (403, "PERMISSION_DENIED"))
        self.assertEqual(self.code("GET", "/v1/exports/bob/..%2Fbob%2Fexport-bob-1"), (400, "INVALID_INPUT"))
        self.assertEqual(self.call("GET", "/v1/exports/bob/x", who={"X": "y"})[0], 401)


if __name__ == "__main__":
    unittest.main()
