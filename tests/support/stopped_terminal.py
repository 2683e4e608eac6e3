"""Runs a command at a terminal that is stopped and let go on by lines of standard input: `stop`, `go`.

usage: stopped_terminal.py COMMAND [ARGUMENT...]

Shows what the command has written when it ends, and ends as it does.
"""

import os
import pty
import select
import sys

# What Ctrl-S and Ctrl-Q send: while a terminal is stopped, whoever writes to it stands still.
KEYS = {b"stop": b"\x13", b"go": b"\x11"}

child, terminal = pty.fork()
if child == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
shown = b""
watched = [terminal, sys.stdin.fileno()]
while True:
    readable, _, _ = select.select(watched, [], [])
    if sys.stdin.fileno() in readable:
        lines = os.read(sys.stdin.fileno(), 1024)
        if not lines:
            watched.remove(sys.stdin.fileno())
        for line in lines.split():
            os.write(terminal, KEYS[line])
    if terminal in readable:
        try:
            chunk = os.read(terminal, 65536)
        except OSError:  # Linux says so that the other end is closed.
            break
        if not chunk:
            break
        shown += chunk
_, status = os.waitpid(child, 0)
sys.stdout.write(shown.decode(errors="replace"))
sys.exit(os.waitstatus_to_exitcode(status))
