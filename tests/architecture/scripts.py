#!/usr/bin/env python3
"""What must hold for the set-up scripts and the test servers: scripts.py ROOT."""

import os
import re
import subprocess
import sys
import tempfile

import tree

SOURCED = ("common.sh", "mail_folder.sh")


def shell(script, **variables):
    return subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=60, env={**os.environ, **variables})


def script_problems(root, path):
    text = tree.read(root, path)
    done = subprocess.run(["bash", "-n", os.path.join(root, path)], capture_output=True, text=True, timeout=60)
    if done.returncode != 0:
        yield f"{path}: {done.stderr.strip()}"
    if os.path.basename(path) not in SOURCED:
        if not os.access(os.path.join(root, path), os.X_OK):
            yield f"{path}: is not executable"
        if not re.search(r"^set -euo pipefail$|^source .*common\.sh\"$|^PATCHBAY_REQUIRE_SERVERS=1 exec", text, re.M):
            yield f"{path}: goes on after an error (set -euo pipefail)"
    code = re.sub(r"^\s*#.*", "", text, flags=re.M)
    if re.search(r"\b(pkill|killall)\b", code):
        yield f"{path}: ends processes by name"
    if re.search(r"\bsudo\b", code) and path != "packaging/common.sh":
        yield f"{path}: sudo is for packages only, in packaging/common.sh"


def list_problems(root, path):
    """A package list is sorted, without doubles, one name per line."""
    names = [line for line in tree.read(root, path).splitlines() if not line.startswith("#")]
    if names != sorted(set(names)) or not names:
        yield f"{path}: is not sorted, has doubles, or is empty"
    for name in names:
        if not re.fullmatch(r"[a-z0-9][a-z0-9.+-]+", name):
            yield f"{path}: {name!r} is no package name"


def stop_problems(root):
    """A server script stops the very process that it started, and nothing that got the same id later."""
    with tempfile.TemporaryDirectory() as folder:
        script = """
            source "$COMMON"; SERVER_DIR=$FOLDER; STATE=$FOLDER
            sleep 60 & other=$!
            echo "$other 1" > "$FOLDER/daemon.pid"
            stop_daemon daemon; kill -0 $other && echo spared
            kill $other
            start_daemon daemon "$(id -un)" sleep 60
            read -r mine _ < "$FOLDER/daemon.pid"
            daemon_runs daemon && stop_daemon daemon
            kill -0 $mine 2>/dev/null || echo stopped
        """
        common = os.path.join(root, "packaging/test_servers/common.sh")
        done = shell(script, COMMON=common, FOLDER=folder)
        if done.stdout.split() != ["spared", "stopped"]:
            yield f"stop_daemon: expected spared, stopped; got {done.stdout!r} {done.stderr!r}"


def port_problems(root):
    """free_port hands out no port twice and none that is taken."""
    common = os.path.join(root, "packaging/test_servers/common.sh")
    done = shell('source "$COMMON"; for i in $(seq 60); do free_port; echo $FREE_PORT; done', COMMON=common)
    ports = done.stdout.split()
    if len(set(ports)) != 60 or not all(20000 <= int(port) < 32000 for port in ports):
        yield f"free_port: {ports} {done.stderr}"


def check(root):
    paths = [path for path in tree.files(root) if path.startswith(("packaging/", ".ci/"))]
    scripts = [path for path in paths if path.endswith(".sh") or path == ".ci/run"]
    if len(scripts) < 8:
        yield f"only {len(scripts)} scripts were found"
    for path in scripts:
        yield from script_problems(root, path)
    for path in paths:
        if path.startswith("packaging/packages/"):
            yield from list_problems(root, path)
    yield from stop_problems(root)
    yield from port_problems(root)


if __name__ == "__main__":
    complaints = list(check(sys.argv[1]))
    print("\n".join(complaints) if complaints else "the scripts are as they should be")
    sys.exit(1 if complaints else 0)
