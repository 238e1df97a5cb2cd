"""Fetches files by address and SHA-256, on the host; looks into none of them.

    python -I -S fetch.py < request.json

The request: {"folder", "scratch", "files": [{"url", "sha256", "size"}], "credentials": {"HOST": "USER:PASSWORD"},
"pause"}, where the last is the seconds before a second try.
A file appears in `folder` under its hash when all of it is there and is what it must be; until then it lies in
`scratch`. Ends with status 1 and one line on standard error when a file cannot be had.

Addresses come from the user's own index. Only http, https and files of this machine are read, redirects included.
"""

import base64
import hashlib
import json
import os
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

BLOCK = 1 << 20
MOST_BYTES = 16 << 30
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


def source(url, credentials):
    parts = urllib.parse.urlsplit(url)
    if parts.scheme == "file":
        return open(urllib.request.url2pathname(parts.path), "rb")
    if parts.scheme not in ("http", "https"):
        raise Refused(f"'{parts.scheme}' addresses are not read")
    headers = {"User-Agent": "learnware", "Accept-Encoding": "identity"}
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
    main()
