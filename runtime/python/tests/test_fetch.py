"""fetch.py: fetches wheels on the host; only the hash decides what is taken."""

import base64
import hashlib
import http.server
import json
import os
import subprocess
import sys
import threading
import unittest

from harness import FOLDER, RunnerCase

FETCH = os.path.join(FOLDER, "fetch.py")


class Server(http.server.ThreadingHTTPServer):
    """Answers from a table of path to (status, headers, body) and notes what it was asked."""

    def __init__(self, answers):
        self.answers, self.asked = answers, []
        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request, client_address):
        pass  # a client that has seen enough goes away

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append((self.path, self.headers.get("Authorization")))
        answer = self.server.answers.get(self.path, (404, {}, b""))
        status, headers, body = answer.pop(0) if isinstance(answer, list) else answer
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


class ServerCase(RunnerCase):
    def serve(self, answers):
        server = Server(answers)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return server


class Fetch(ServerCase):
    def fetch(self, *files, credentials=None):
        folder, scratch = self.folder({}), self.folder({})
        request = {"folder": folder, "scratch": scratch, "files": files, "credentials": credentials or {}, "pause": 0}
        command = [sys.executable, "-I", "-S", "-B", FETCH]
        result = subprocess.run(command, input=json.dumps(request).encode(), capture_output=True, env={})
        self.found = sorted(os.listdir(folder))
        return result

    @staticmethod
    def item(url, body, size=None):
        return {"url": url, "sha256": hashlib.sha256(body).hexdigest(), "size": size}

    def test_files_are_taken_by_their_hashes(self):
        bodies = [b"%d" % number * 100_000 for number in range(9)]
        server = self.serve({f"/{number}.whl": (200, {}, body) for number, body in enumerate(bodies)})
        items = [self.item(f"{server.url}/{number}.whl", body, len(body)) for number, body in enumerate(bodies)]
        result = self.fetch(*items)
        self.assertEqual((result.returncode, result.stderr), (0, b""))
        self.assertEqual(self.found, sorted(item["sha256"] for item in items))

    def test_another_content_is_never_taken(self):
        server = self.serve({"/a.whl": (200, {}, b"evil")})
        result = self.fetch(self.item(f"{server.url}/a.whl", b"good"))
        self.assertEqual((result.returncode, self.found), (1, []))
        self.assertIn(b"a.whl: what came does not have the hash", result.stderr)

    def test_more_than_was_announced_is_not_read(self):
        server = self.serve({"/a.whl": (200, {}, b"x" * 5_000_000)})
        result = self.fetch(self.item(f"{server.url}/a.whl", b"x" * 5_000_000, 1000))
        self.assertEqual((result.returncode, self.found), (1, []))
        self.assertEqual(len(server.asked), 1)

    def test_a_passing_fault_is_tried_again_and_a_lasting_one_is_told(self):
        server = self.serve({"/a.whl": [(503, {}, b""), (200, {}, b"good")]})
        self.assertEqual(self.fetch(self.item(f"{server.url}/a.whl", b"good")).returncode, 0)
        result = self.fetch(self.item(f"{server.url}/none.whl", b"good"))
        self.assertEqual(result.returncode, 1)
        self.assertIn(b"none.whl: HTTP Error 404", result.stderr)

    def test_redirects_are_followed_to_http_only(self):
        secret = self.folder({"secret": "good"})
        answers = {
            "/a.whl": (302, {"Location": "/b.whl"}, b""),
            "/b.whl": (200, {}, b"good"),
            "/c.whl": (302, {"Location": f"file://{secret}/secret"}, b""),
            "/d.whl": (302, {"Location": "ftp://127.0.0.1/x"}, b""),
        }
        server = self.serve(answers)
        self.assertEqual(self.fetch(self.item(f"{server.url}/a.whl", b"good")).returncode, 0)
        for path in ("/c.whl", "/d.whl"):
            self.assertEqual(self.fetch(self.item(server.url + path, b"good")).returncode, 1, path)
            self.assertEqual(self.found, [])
        for url in ("ftp://127.0.0.1/x", "data:,good", "gopher://x"):
            self.assertEqual(self.fetch(self.item(url, b"good")).returncode, 1, url)

    def test_credentials_go_to_their_host_and_no_other(self):
        server = self.serve({"/a.whl": (200, {}, b"good")})
        host = server.url[len("http://") :]
        self.fetch(self.item(f"{server.url}/a.whl", b"good"), credentials={host: "me:secret", "other": "x:y"})
        self.fetch(self.item(f"{server.url}/a.whl", b"good"), credentials={"other": "x:y"})
        expected = "Basic " + base64.b64encode(b"me:secret").decode()
        self.assertEqual([asked[1] for asked in server.asked], [expected, None])

    def test_files_of_this_machine_are_read(self):
        folder = self.folder({"a b.whl": "good"})
        self.assertEqual(self.fetch(self.item(f"file://{folder}/a%20b.whl", b"good")).returncode, 0)


class Find(ServerCase):
    def find(self, indexes=(), folders=(), name="my.Package", version="1.0"):
        request = {"name": name, "version": version, "indexes": indexes, "folders": folders, "credentials": {}}
        command = [sys.executable, "-I", "-S", "-B", FETCH, "find"]
        return subprocess.run(command, input=json.dumps(request).encode(), capture_output=True, env={})

    def test_sources_are_found_in_every_kind_of_index(self):
        digest = hashlib.sha256(b"good").hexdigest()
        files = [
            {"filename": "my_package-1.0-py3-none-any.whl", "url": "a.whl", "hashes": {"sha256": digest}},
            {"filename": "my-package-1.0.1.tar.gz", "url": "b.tar.gz", "hashes": {"sha256": digest}},
            {"filename": "my_package-1.0.tar.gz", "url": "/c.tar.gz", "hashes": {"sha256": digest}},
        ]
        page = f"<a href='../x/my-package-1.0.tar.gz#sha256={digest}'>my-package-1.0.tar.gz</a>".encode()
        server = self.serve({
            "/json/my-package/": (200, {"Content-Type": "application/vnd.pypi.simple.v1+json"},
                                  json.dumps({"files": files}).encode()),
            "/html/my-package/": (200, {"Content-Type": "text/html"}, page),
        })
        folder = self.folder({"my_package-1.0.tar.gz": "good"})
        for answer, url in (
            (self.find([server.url + "/none", server.url + "/json/"]), server.url + "/c.tar.gz"),
            (self.find([server.url + "/html"]), server.url + "/html/x/my-package-1.0.tar.gz"),
            (self.find(folders=["/nonexistent", folder]), f"file://{folder}/my_package-1.0.tar.gz"),
        ):
            self.assertEqual(answer.returncode, 0, answer.stderr)
            self.assertEqual(json.loads(answer.stdout), {"url": url, "sha256": digest})

    def test_what_has_no_hash_or_another_version_is_not_found(self):
        page = b"<a href='my-package-1.0.tar.gz'>x</a><a href='my-package-2.0.tar.gz#sha256=0'>x</a>"
        server = self.serve({"/my-package/": (200, {"Content-Type": "text/html"}, page)})
        answer = self.find([server.url])
        self.assertEqual(answer.returncode, 1)
        self.assertIn(b"nobody offers my.Package-1.0.tar.gz with a SHA-256 hash", answer.stderr)


if __name__ == "__main__":
    unittest.main()
