"""Never finishes its import, and ignores the request to end."""
import signal
import time

signal.signal(signal.SIGTERM, lambda *_: None)
while True:
    time.sleep(3600)
