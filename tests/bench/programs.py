#!/usr/bin/env python3
"""Measures whole programs: programs.py --programs FOLDER --place FOLDER --messages N PART...

import   patchbayctl import of the corpus: time, CPU, the most memory it had (PSS, in proportion for shared pages)
notmuch  the same mails for notmuch's index, and its searches
postgres the same mails in a private PostgreSQL with a full-text index (GIN), and its searches
start    from the start of a program to its first page on the screen, and its memory then; warm, five times each

Each row is Markdown: what | Patchbay | peer | ratio | goal. A peer that is not installed is left out, by name.
"""

import argparse
import base64
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time


def row(*cells):
    print("| " + " | ".join(cells) + " |", flush=True)


def pss_mb(pid):
    try:
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
            return int(re.search(r"^Pss:\s+(\d+)", file.read(), re.M)[1]) / 1024
    except (OSError, TypeError):
        return 0.0


def pss_of_tree(pid):
    total = pss_mb(pid)
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            return total + sum(pss_of_tree(int(child)) for child in file.read().split())
    except OSError:
        return total


def watched(command, **options):
    """Runs it: seconds, CPU seconds, its memory at a tenth of the way, and the most it had."""
    before = os.times()
    began = time.monotonic()
    process = subprocess.Popen(command, **options)
    samples = []
    while process.poll() is None:
        samples.append(pss_mb(process.pid))
        time.sleep(0.5)
    seconds = time.monotonic() - began
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    if process.returncode != 0:
        sys.exit(f"{command[0]} ended with {process.returncode}")
    return seconds, cpu, samples[len(samples) // 10] if samples else 0, max(samples, default=0)


def bench_import(args):
    workspace = args.place / "history.patchbay"
    ctl = args.programs / "patchbayctl"
    subprocess.run([ctl, "--workspace", workspace, "init"], check=True, stdout=subprocess.DEVNULL)
    corpus = args.place / f"corpus-{args.messages}.mbox"
    seconds, cpu, early, most = watched(
        [ctl, "--workspace", workspace, "import", corpus, "--channel", "History", "--json"], stdout=subprocess.DEVNULL)
    check = json.loads(subprocess.run([ctl, "--workspace", workspace, "check", "--json"], check=True,
                                      capture_output=True).stdout)
    row(f"import of {args.messages:,} mails, indexed", f"{seconds:.0f} s ({args.messages / seconds:,.0f}/s)",
        f"CPU {cpu * 1e6 / args.messages:.0f} us each", "", "240 s for 1,000,000")
    row("memory of the import (PSS)", f"{most:.0f} MB at most", f"{early:.0f} MB after a tenth", f"{most / max(early, 1):.2f}",
        "flat")
    row("counters after it", f"received {check['received']:,} = visible {check['visible']:,} + duplicate "
        f"{check['duplicate']:,} + quarantined {check['quarantined']:,} + noted {check['noted']:,}", "", "", "add up")


def mails_of(path):
    """The mails of the corpus, which patchbay_bench wrote: each begins behind a line "From person@..."."""
    mail = []
    with open(path, "rb") as file:
        for line in file:
            if line.startswith(b"From person@"):
                if mail:
                    yield b"".join(mail)
                mail = []
            else:
                mail.append(line)
    yield b"".join(mail)


def p95(times):
    return sorted(times)[int(len(times) * 0.95)]


def copied(text):
    """As COPY reads it."""
    for character, escape in (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r")):
        text = text.replace(character, escape)
    return text


def copy_lines(path):
    for number, mail in enumerate(mails_of(path)):
        head, _, body = mail.partition(b"\n\n")
        subject = re.search(rb"^Subject: =\?UTF-8\?B\?([^?]*)\?=", head, re.M)
        subject = base64.b64decode(subject[1]).decode() if subject else ""
        yield f"{number}\t{copied(subject)}\t{copied(body.decode())}\n"


POSTGRES_QUERIES = {
    "common word": ["card", "my", "how", "order", "account"],
    "two words": ["refund & order", "card & stolen", "exchange & rate"],
    "phrase": ["top <-> up", "my <-> card", "exchange <-> rate"],
    "prefix": ["car:*", "canc:*", "refu:*"],
}


def bench_postgres(args):
    if not shutil.which("psql"):
        return row("PostgreSQL", "", "not installed", "", "")
    script = args.source / "packaging" / "test_servers" / "postgres.sh"
    place = tempfile.mkdtemp(prefix="patchbay-bench-")
    try:
        said = subprocess.run([script, "start", place], check=True, capture_output=True, text=True).stdout
        psql = ["psql", "-X", "-q", "-A", "-t", re.search(r"PATCHBAY_TEST_POSTGRES=(\S+)", said)[1]]
        began = time.monotonic()
        subprocess.run(psql + ["-c", "CREATE TABLE mail (id bigint PRIMARY KEY, subject text, body text, words tsvector)"],
                       check=True)
        load = subprocess.Popen(psql + ["-c", "COPY mail (id, subject, body) FROM STDIN"], stdin=subprocess.PIPE)
        for line in copy_lines(args.place / f"corpus-{args.messages}.mbox"):
            load.stdin.write(line.encode())
        load.stdin.close()
        load.wait()
        subprocess.run(psql + ["-c", "UPDATE mail SET words = to_tsvector('simple', subject || ' ' || body)",
                               "-c", "CREATE INDEX ON mail USING gin (words)", "-c", "VACUUM ANALYZE mail"], check=True)
        row(f"PostgreSQL: load and index {args.messages:,} mails", "", f"{time.monotonic() - began:.0f} s", "", "")
        for kind, queries in POSTGRES_QUERIES.items():
            times = []
            for ranked in (False, True):
                order = "ts_rank(words, q) DESC" if ranked else "id DESC"
                script_lines = ["\\timing on"] + [
                    f"SELECT id, ts_headline('simple', body, q) FROM (SELECT id, body, q FROM mail, to_tsquery('simple', '{query}') q "
                    f"WHERE words @@ q ORDER BY {order} LIMIT 50) page;" for query in queries * 5]
                out = subprocess.run(psql, input="\n".join(script_lines), check=True, capture_output=True, text=True).stdout
                times.append(p95([float(each) for each in re.findall(r"^Time: ([\d.]+) ms", out, re.M)]))
            row(f"PostgreSQL: search, first page: {kind}", "", f"{times[0]:.1f} ms; best matches {times[1]:.1f} ms", "", "")
    finally:
        subprocess.run([script, "stop", place], check=False, stdout=subprocess.DEVNULL)
        shutil.rmtree(place, ignore_errors=True)


def bench_notmuch(args):
    if not shutil.which("notmuch"):
        return row("notmuch", "", "not installed", "", "")
    count = min(args.messages, 100_000)
    home = args.place / "notmuch"
    mails = home / "mail" / "cur"
    shutil.rmtree(home, ignore_errors=True)
    mails.mkdir(parents=True)
    for number, mail in zip(range(count), mails_of(args.place / f"corpus-{args.messages}.mbox")):
        (mails / f"{number}.eml").write_bytes(mail)
    config = home / "config"
    config.write_text(f"[database]\npath={home / 'mail'}\n[new]\ntags=inbox\n", encoding="utf-8")
    environment = dict(os.environ, NOTMUCH_CONFIG=str(config))
    seconds, cpu, _, most = watched(["notmuch", "new", "--quiet"], env=environment)
    row(f"notmuch: index of {count:,} mails", "", f"{seconds:.0f} s ({count / seconds:,.0f}/s), CPU "
        f"{cpu * 1e6 / count:.0f} us each, {most:.0f} MB", "", "")
    times = []
    for query in ("card", "refund and order", "subject:card", '"exchange rate"', "canc*") * 6:
        began = time.monotonic()
        subprocess.run(["notmuch", "search", "--limit=50", "--sort=newest-first", query], env=environment, check=True,
                       stdout=subprocess.DEVNULL)
        times.append((time.monotonic() - began) * 1000)
    row(f"notmuch: searches over {count:,} mails, p95", "", f"{p95(times):.0f} ms", "", "")


def window_seconds(command, environment, display):
    """From the start of the program to its first large window on the screen; its memory two seconds later."""
    began = time.monotonic()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    seconds = None
    while time.monotonic() - began < 30 and seconds is None:
        tree = subprocess.run(["xwininfo", "-display", display, "-root", "-children"], capture_output=True, text=True,
                              check=False).stdout
        for width, height in re.findall(r"\s(\d+)x(\d+)\+\d+\+\d+\s+\+", tree):
            if int(width) > 250 and int(height) > 250:
                seconds = time.monotonic() - began
    time.sleep(2)
    memory = pss_of_tree(process.pid)
    process.terminate()
    process.wait(20)
    return seconds, memory


def first_page_seconds(command, environment):
    """From the start of Patchbay until it says that its list stands on the screen with rows."""
    began = time.monotonic()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    seconds = None
    for line in process.stderr:
        if seconds is None and "the first page is painted" in line:
            seconds = time.monotonic() - began
    process.wait(20)
    return seconds or 30


def bring_news(args):
    """History is closed: some mails that wait for an answer, so that there is a page to paint."""
    news = args.place / "news.mbox"
    news.write_text("".join(f"From a@example.org Wed Jan 1 00:00:00 2025\nFrom: New {n} <new{n}@example.org>\nTo: support@example.org\n"
                            f"Subject: News {n}\nMessage-ID: <news{n}@example.org>\nDate: 01 Jan 2025 00:00:00 +0000\n\n"
                            f"Where is parcel {n}?\n\n" for n in range(500)), encoding="utf-8")
    subprocess.run([args.programs / "patchbayctl", "--workspace", args.place / "history.patchbay", "import", news, "--channel",
                    "News", "--as-new"], check=True, stdout=subprocess.DEVNULL)


def bench_start(args):
    """A first page of Patchbay is a page with rows."""
    bring_news(args)
    with tempfile.TemporaryDirectory() as home:
        display = ":93"
        xvfb = subprocess.Popen(["Xvfb", display, "-screen", "0", "1600x1000x24"], stderr=subprocess.DEVNULL)
        environment = dict(os.environ, DISPLAY=display, HOME=home, XDG_RUNTIME_DIR=home, QT_QPA_PLATFORM="xcb")
        environment.pop("WAYLAND_DISPLAY", None)
        try:
            time.sleep(2)
            workspace = str(args.place / "history.patchbay")
            ours = [str(args.programs / "patchbay"), "--workspace", workspace]
            painted, windows, memory = [], [], []
            for _ in range(6):
                painted.append(first_page_seconds(ours + ["--screenshot", home + "/first.png"], environment))
                seconds, used = window_seconds(ours, environment, display)
                windows.append(seconds or 30)
                memory.append(used)
            ours_painted = statistics.median(painted[1:])
            row("start until the first page is painted", f"{ours_painted:.2f} s",
                f"to the window: {statistics.median(windows[1:]):.2f} s", "", "")
            row("memory after the start (PSS)", f"{statistics.median(memory[1:]):.0f} MB", "", "", "120 MB")
            if not shutil.which("telegram-desktop"):
                return row("Telegram Desktop", "", "not installed", "", "")
            peer = [window_seconds(["telegram-desktop", "-workdir", home + "/tg/"], environment, display) for _ in range(6)]
            seconds = statistics.median(each[0] or 30 for each in peer[1:])
            row("Telegram Desktop, start to its first window", f"{ours_painted:.2f} s",
                f"{seconds:.2f} s, {statistics.median(each[1] for each in peer[1:]):.0f} MB", f"{ours_painted / seconds:.2f}",
                "0.4")
        finally:
            xvfb.terminate()
            xvfb.wait(10)


PARTS = {"import": bench_import, "notmuch": bench_notmuch, "postgres": bench_postgres, "start": bench_start}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--programs", type=pathlib.Path, required=True)
    parser.add_argument("--place", type=pathlib.Path, required=True)
    parser.add_argument("--messages", type=int, required=True)
    parser.add_argument("parts", nargs="+", choices=PARTS)
    args = parser.parse_args()
    args.place = args.place.resolve()
    args.source = pathlib.Path(__file__).resolve().parents[2]
    for part in args.parts:
        PARTS[part](args)


if __name__ == "__main__":
    main()
