"""Fetches files by address and SHA-256, on the host; looks into none of them.

    python -I -S fetch.py < request.json
    python -I -S fetch.py find < request.json

The request: {"folder", "scratch", "files": [{"url", "sha256", "size"}], "credentials": {"HOST": "USER:PASSWORD"},
"pause"}, where the last is the seconds before a second try.
A file appears in `folder` under its hash when all of it is there and is what it must be; until then it lies in
`scratch`. Ends with status 1 and one line on standard error when a file cannot be had.

`find` looks for the sources of one version of a package: {"name", "version", "indexes", "folders", "credentials"}. It
prints {"url", "sha256"} of NAME-VERSION.tar.gz, or ends with status 1 when nobody offers it with a hash.

Addresses come from the user's own index. Only http, https and files of this machine are read, redirects included.
"""

import base64
import hashlib
import html.parser
import json
import os
import re
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

BLOCK = 1 << 20
MOST_BYTES = 16 << 30
MOST_PAGE = 64 << 20
TRIES = 3
WORKERS = 4
SECONDS = 60  # without a single byte


class Refused(Exception):
    """What came is not what was asked for; another try would bring the same."""


def opener():
    """An opener for http and https alone; the usual one also knows ftp, data and files."""
    made = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPRedirectHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.UnknownHandler(),
    ):
        made.add_handler(handler)
    return made


def source(url, credentials, accept=None):
    parts = urllib.parse.urlsplit(url)
    if parts.scheme == "file":
        return open(urllib.request.url2pathname(parts.path), "rb")
    if parts.scheme not in ("http", "https"):
        raise Refused(f"'{parts.scheme}' addresses are not read")
    headers = {"User-Agent": "learnware", "Accept-Encoding": "identity"}
    if accept:
        headers["Accept"] = accept
    host = parts.netloc.rpartition("@")[2]
    secret = urllib.parse.unquote(parts.netloc.rpartition("@")[0]) or credentials.get(host)
    if secret:
        headers["Authorization"] = "Basic " + base64.b64encode(secret.encode()).decode()
    plain = urllib.parse.urlunsplit((parts.scheme, host, parts.path, parts.query, ""))
    return opener().open(urllib.request.Request(plain, headers=headers), timeout=SECONDS)


def fetch(item, request):
    target = os.path.join(request["folder"], item["sha256"])
    if os.path.exists(target):
        return
    part = os.path.join(request["scratch"], item["sha256"] + ".part")
    limit = item.get("size") or MOST_BYTES
    digest, count = hashlib.sha256(), 0
    with source(item["url"], request.get("credentials", {})) as reader, open(part, "wb") as writer:
        while True:
            block = reader.read(BLOCK)
            if not block:
                break
            count += len(block)
            if count > limit:
                raise Refused("it is longer than the index says")
            digest.update(block)
            writer.write(block)
        writer.flush()
        os.fsync(writer.fileno())
    if digest.hexdigest() != item["sha256"]:
        # Part of it may have been lost on the way, so it is worth another try.
        raise OSError("what came does not have the hash that it must have")
    os.chmod(part, 0o644)
    os.rename(part, target)


def fetch_patiently(item, request):
    for attempt in range(1, TRIES + 1):
        try:
            return fetch(item, request)
        except Refused:
            raise
        except (OSError, ValueError, EOFError) as error:
            final = isinstance(error, urllib.error.HTTPError) and 400 <= error.code < 500 and error.code != 429
            if final or attempt == TRIES:
                raise
            time.sleep(attempt * request.get("pause", 1))


class Links(html.parser.HTMLParser):
    """The addresses of a page of an index (PEP 503)."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attributes):
        address = dict(attributes).get("href")
        if tag == "a" and address:
            self.found.append(address)


def listed(index, request):
    """The files that an index has of a package: name, address, SHA-256."""
    page = index.rstrip("/") + "/" + re.sub(r"[-_.]+", "-", request["name"]).lower() + "/"
    accept = "application/vnd.pypi.simple.v1+json, text/html;q=0.1"
    with source(page, request.get("credentials", {}), accept) as reader:
        text = reader.read(MOST_PAGE)
        is_json = "json" in (reader.headers.get("Content-Type") or "")
        page = reader.geturl()
    if is_json:
        for file in json.loads(text).get("files", []):
            yield file.get("filename"), urllib.parse.urljoin(page, file.get("url")), file.get("hashes", {}).get("sha256")
        return
    links = Links()
    links.feed(text.decode("utf-8", "replace"))
    for link in links.found:
        address, _, fragment = urllib.parse.urljoin(page, link).partition("#")
        name = urllib.parse.unquote(urllib.parse.urlsplit(address).path.rpartition("/")[2])
        yield name, address, fragment[7:] if fragment.startswith("sha256=") else None


def in_folder(folder):
    for name in os.listdir(folder) if os.path.isdir(folder) else []:
        path = os.path.join(folder, name)
        if name.endswith(".tar.gz") and os.path.isfile(path):
            with open(path, "rb") as file:
                yield name, "file://" + urllib.request.pathname2url(path), hashlib.sha256(file.read()).hexdigest()


def find():
    request = json.load(sys.stdin)
    wanted = re.sub(r"[-_.]+", "-", request["name"] + "-" + request["version"]).lower()
    problem = f"nobody offers {request['name']}-{request['version']}.tar.gz with a SHA-256 hash"
    places = [in_folder(folder) for folder in request["folders"]]
    for place in places + [listed(index, request) for index in request["indexes"]]:
        try:
            for name, address, digest in place:
                plain = re.sub(r"[-_.]+", "-", (name or "")[: -len(".tar.gz")]).lower()
                if plain == wanted and name.endswith(".tar.gz") and re.fullmatch("[0-9a-f]{64}", digest or ""):
                    print(json.dumps({"url": address, "sha256": digest}))
                    return
        except (OSError, ValueError) as error:
            problem = f"{request['name']}: {error}"
    sys.exit(problem)


def main():
    request = json.load(sys.stdin)
    waiting = list(reversed(request["files"]))
    failures = []
    lock = threading.Lock()

    def work():
        while True:
            with lock:
                if not waiting or failures:
                    return
                item = waiting.pop()
            try:
                fetch_patiently(item, request)
            except Exception as error:
                name = urllib.parse.urlsplit(item["url"]).path.rpartition("/")[2]
                with lock:
                    failures.append(f"{name}: {error}")

    threads = [threading.Thread(target=work) for _ in range(min(WORKERS, len(waiting)))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        sys.exit(failures[0])


if __name__ == "__main__":
    find() if sys.argv[1:] == ["find"] else main()
