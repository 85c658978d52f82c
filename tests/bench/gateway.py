#!/usr/bin/env python3
"""The gateway under load over real HTTP: gateway.py PATCHBAYCTL [--seconds N] prints one line of JSON for each load.

A steady 50 requests a second, then bursts of 500 in one second; each request is signed, has a connection of its own as a
platform's has, and every tenth is sent twice. Afterwards the workspace is asked whether everything is there once.
"""

import argparse
import asyncio
import hashlib
import hmac
import json
import os
import signal
import subprocess
import tempfile
import time
import urllib.parse

SECRET = "made-up-secret-for-a-measurement"


def body(number):
    return json.dumps({"id": f"m{number}", "author": {"id": f"u{number % 200}", "name": "Ana"},
                       "text": f"Where is parcel {number}? It should have come on Monday."}).encode()


async def post(port, path, content):
    """Seconds until the answer, and its status; 0 where there was none."""
    sign = hmac.new(SECRET.encode(), content, hashlib.sha256).hexdigest()
    head = (f"POST {path} HTTP/1.1\r\nHost: hooks.example.org\r\nContent-Type: application/json\r\n"
            f"X-Sign: {sign}\r\nContent-Length: {len(content)}\r\n\r\n")
    start = time.monotonic()
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head.encode() + content)
        answer = await asyncio.wait_for(reader.read(), 30)
        writer.close()
        status = int(answer[9:12]) if answer.startswith(b"HTTP/1.1 ") else 0
    except (OSError, ValueError, asyncio.TimeoutError):
        status = 0
    return time.monotonic() - start, status


async def load(port, path, per_second, seconds, first):
    """(answers, distinct messages): requests spread over each second."""
    tasks, sent, begin = [], set(), time.monotonic()
    for index in range(per_second * seconds):
        number = first + index - (1 if index % 10 == 9 else 0)
        sent.add(number)
        await asyncio.sleep(max(0.0, begin + index / per_second - time.monotonic()))
        tasks.append(asyncio.create_task(post(port, path, body(number))))
    return await asyncio.gather(*tasks), len(sent)


def cpu_of(pid):
    """CPU seconds that the process has had."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def at(times, share):
    return round(1000 * sorted(times)[min(len(times) - 1, int(len(times) * share))], 1)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("program")
    arguments.add_argument("--seconds", type=int, default=600)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        secrets = os.path.join(folder, "secrets")
        os.mkdir(secrets, 0o700)
        with open(os.open(os.path.join(secrets, "Web.hook_secret"), os.O_CREAT | os.O_WRONLY, 0o600), "w") as file:
            file.write(SECRET)
        place = [given.program, "--workspace", os.path.join(folder, "desk.patchbay"), "--secrets", secrets, "--json"]
        fields = ["proof=hmac", "proof_name=X-Sign", "id=/id", "author_id=/author/id", "author_name=/author/name", "text=/text"]
        subprocess.run([*place, "init"], check=True, capture_output=True)
        subprocess.run([*place, "channels", "add", "custom_webhook", "--name", "Web",
                        *[word for field in fields for word in ("--set", field)]], check=True, capture_output=True)
        server = subprocess.Popen([*place, "serve", "--port", "0"], stdout=subprocess.PIPE, text=True)
        told = json.loads(server.stdout.readline())
        address = urllib.parse.urlparse(told["channels"][0]["address"])
        distinct = 0
        for name, rate, seconds in (("steady", 50, given.seconds), ("burst", 500, 5)):
            before = cpu_of(server.pid)
            answers, messages = asyncio.run(load(address.port, address.path, rate, seconds, distinct))
            distinct += rate * seconds
            times = [taken for taken, status in answers if status == 200]
            print(json.dumps({"load": name, "per_second": rate, "requests": len(answers), "messages": messages,
                              "answered_200": len(times),
                              "cpu_ms_per_request": round(1000 * (cpu_of(server.pid) - before) / len(answers), 2), "p50_ms": at(times, 0.5) if times else None,
                              "p99_ms": at(times, 0.99) if times else None}))
        server.send_signal(signal.SIGTERM)
        server.wait(60)
        check = json.loads(subprocess.run([*place, "check"], capture_output=True, text=True).stdout)
        print(json.dumps({key: check[key] for key in ("received", "visible", "duplicate", "quarantined", "pending", "adds_up")}))


if __name__ == "__main__":
    main()
