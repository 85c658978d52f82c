#!/usr/bin/env python3
"""The gateway under load over real HTTP: gateway.py PATCHBAYCTL [--seconds N] [--peer N]

A steady 50 requests a second for N seconds (600), then three bursts of 500 a second, five seconds each; each request is
signed, has a connection of its own as a platform's has, and every tenth is sent twice. What is not answered with 200 comes
again, as platforms do it. Afterwards the workspace is asked whether everything is there once. The machine's load stands
beside each figure.

With --peer the same goes to a gateway made of Node and PostgreSQL (node_gateway.cjs) afterwards, the steady load for N
seconds. It wants node, the module "pg" in NODE_PATH and PostgreSQL. Prints Markdown: what | Patchbay | Node | ratio | goal.
"""

import argparse
import asyncio
import hashlib
import hmac
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import urllib.parse

SECRET = "made-up-secret-for-a-measurement"
HERE = pathlib.Path(__file__).resolve().parent
POSTGRES = HERE.parent.parent / "packaging" / "test_servers" / "postgres.sh"
BURSTS = 3
MOST_TRIES = 10


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


async def delivered(port, path, content):
    """The seconds of each answer with 200, and how many others came before it: a platform sends again."""
    for refused in range(MOST_TRIES):
        taken, status = await post(port, path, content)
        if status == 200:
            return taken, refused
        await asyncio.sleep(0.5 * (refused + 1))
    return None, MOST_TRIES


async def load(port, path, per_second, seconds, first):
    """(answers, the numbers that were sent): requests spread over each second."""
    tasks, sent, begin = [], set(), time.monotonic()
    for index in range(per_second * seconds):
        number = first + index - (1 if index % 10 == 9 else 0)
        sent.add(number)
        await asyncio.sleep(max(0.0, begin + index / per_second - time.monotonic()))
        tasks.append(asyncio.create_task(delivered(port, path, body(number))))
    return await asyncio.gather(*tasks), sent


def cpu_of(pid):
    """CPU seconds of the process, of its children, and of those of them that have ended."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            children = [int(child) for child in file.read().split()]
    except (OSError, ValueError):
        return 0.0 # it has just ended: its parent counts it
    return sum(int(field) for field in fields[11:15]) / os.sysconf("SC_CLK_TCK") + sum(map(cpu_of, children))


def at(times, share):
    return 1000 * sorted(times)[min(len(times) - 1, int(len(times) * share))]


def measured(name, port, path, pids, seconds):
    """One load after the other; for each its figures, and all numbers that were sent."""
    figures, sent, first = {}, set(), 0
    for kind, rate, length, rounds in (("steady", 50, seconds, 1), ("burst", 500, 5, BURSTS)):
        before, answers = [cpu_of(pid) for pid in pids], []
        for _ in range(rounds):
            got, numbers = asyncio.run(load(port, path, rate, length, first))
            answers += got
            sent |= numbers
            first += rate * length
            time.sleep(2)
        times = [taken for taken, _ in answers if taken is not None]
        cpu = [1000 * (cpu_of(pid) - was) / len(answers) for pid, was in zip(pids, before)]
        figures[kind] = {"requests": len(answers), "answered": len(times), "again": sum(tries for _, tries in answers),
                         "p50": at(times, 0.5), "p99": at(times, 0.99), "longest": at(times, 1), "cpu": cpu,
                         "machine": os.getloadavg()[0]}
        print(json.dumps({"gateway": name, "load": kind, **figures[kind]}), file=sys.stderr, flush=True)
    return figures, sent


def ours(program, folder, seconds):
    secrets = os.path.join(folder, "secrets")
    os.mkdir(secrets, 0o700)
    with open(os.open(os.path.join(secrets, "Web.hook_secret"), os.O_CREAT | os.O_WRONLY, 0o600), "w") as file:
        file.write(SECRET)
    place = [program, "--workspace", os.path.join(folder, "desk.patchbay"), "--secrets", secrets, "--json"]
    fields = ["proof=hmac", "proof_name=X-Sign", "id=/id", "author_id=/author/id", "author_name=/author/name", "text=/text"]
    subprocess.run([*place, "init"], check=True, capture_output=True)
    subprocess.run([*place, "channels", "add", "custom_webhook", "--name", "Web",
                    *[word for field in fields for word in ("--set", field)]], check=True, capture_output=True)
    server = subprocess.Popen([*place, "serve", "--port", "0"], stdout=subprocess.PIPE, text=True)
    told = json.loads(server.stdout.readline())
    address = urllib.parse.urlparse(told["channels"][0]["address"])
    figures, sent = measured("Patchbay", address.port, address.path, [server.pid], seconds)
    server.send_signal(signal.SIGTERM)
    server.wait(60)
    check = json.loads(subprocess.run([*place, "check"], capture_output=True, text=True, check=True).stdout)
    there = check["visible"] + check["pending"] # what is stored and not read yet is read by the next start
    if not check["adds_up"]:
        sys.exit(f"the counters do not add up: {check}")
    return figures, len(sent), there


def peers(folder, seconds):
    place = os.path.join(folder, "postgres")
    said = subprocess.run([POSTGRES, "start", place], check=True, capture_output=True, text=True).stdout
    try:
        url = said.strip().split("=", 1)[1]
        with open(os.path.join(place, "postgres.pid"), encoding="ascii") as file:
            postgres = int(file.read().split()[0])
        server = subprocess.Popen(["node", HERE / "node_gateway.cjs", url, SECRET], stdout=subprocess.PIPE, text=True)
        port = int(server.stdout.readline())
        figures, sent = measured("Node", port, "/hooks/web", [server.pid, postgres], seconds)
        server.send_signal(signal.SIGTERM)
        there = int(json.loads(server.stdout.readline())["visible"])
        server.wait(60)
    finally:
        subprocess.run([POSTGRES, "stop", place], check=False)
    return figures, len(sent), there


def row(*cells):
    print("| " + " | ".join(cells) + " |", flush=True)


def compared(kind, words, mine, other):
    a, b = mine[kind], other[kind] if other else None
    row(f"{words}: {a['requests']:,} requests, answer p50 / p99 / longest",
        f"{a['p50']:.0f} / {a['p99']:.0f} / {a['longest']:.0f} ms, {a['again']} sent again",
        f"{b['p50']:.0f} / {b['p99']:.0f} / {b['longest']:.0f} ms, {b['again']} sent again" if b else "",
        f"{a['p99'] / b['p99']:.2f} of the p99" if b else "", "p99 250 ms")
    row("... CPU of each request", f"{sum(a['cpu']):.2f} ms",
        f"{sum(b['cpu']):.2f} ms (Node {b['cpu'][0]:.2f}, PostgreSQL {b['cpu'][1]:.2f})" if b else "",
        f"{sum(a['cpu']) / sum(b['cpu']):.2f}" if b else "", "")
    row("... load of the machine at its end", f"{a['machine']:.1f}", f"{b['machine']:.1f}" if b else "", "", "")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("program")
    arguments.add_argument("--seconds", type=int, default=600)
    arguments.add_argument("--peer", type=int, default=0)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o711) # PostgreSQL's account has to reach its own folder in it
        mine, sent, there = ours(given.program, folder, given.seconds)
        other, peer_sent, peer_there = peers(folder, given.peer) if given.peer else (None, 0, 0)
    compared("steady", f"50 a second for {given.seconds} s", mine, other)
    compared("burst", f"{BURSTS} bursts of 500 a second for 5 s", mine, other)
    row("sent (every tenth twice) / there once / lost / doubled",
        f"{sent:,} / {there:,} / {max(0, sent - there)} / {max(0, there - sent)}",
        f"{peer_sent:,} / {peer_there:,} / {max(0, peer_sent - peer_there)} / {max(0, peer_there - peer_sent)}" if other else "",
        "", "0 lost, 0 doubled")


if __name__ == "__main__":
    main()
