"""What the README shows a newcomer, done as it stands there."""

import pathlib
import re
import subprocess
import unittest

import server_process

README = pathlib.Path(__file__).resolve().parents[2] / "README.md"
WRITTEN_ADDRESS = "http://127.0.0.1:8080"


def tour():
    """The shell block of the section."""
    section = README.read_text().split("## A short tour", 1)[1].split("\n## ", 1)[0]
    return re.search(r"```sh\n(.*?)```", section, re.DOTALL)[1]


class Readme(unittest.TestCase):
    def test_tour(self):
        script = tour()
        self.assertIn(WRITTEN_ADDRESS, script)
        with (server_process.directory() as directory,
              server_process.ServerProcess(directory) as server):
            script = script.replace(WRITTEN_ADDRESS, f"http://{server.host}:{server.port}")
            done = subprocess.run(["bash", "-euo", "pipefail", "-c", script], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("Server setup complete", done.stdout)
        answers = [line for line in done.stdout.splitlines() if '"status"' in line]
        self.assertEqual(len(answers), script.count('\nsql "'), done.stdout)
        for answer in answers:
            self.assertIn('"status":"success"', answer)
        self.assertIn('[["coffee",7.0],["tea",4.5]]', "".join(answers[3].split()))
        self.assertIn('[["coffee"],["cake"]]', "".join(answers[5].split()))


if __name__ == "__main__":
    server_process.main()
