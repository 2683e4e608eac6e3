"""Runs a command at a terminal of its own, shows what it has written there when it ends, and ends as it does.

usage: terminal.py [--type LINE] COMMAND [ARGUMENT...]

Lines of standard input stop the terminal and let it go on: `stop`, `go`. While it is stopped, whoever writes to it stands
still.
"""

import os
import pty
import select
import sys

# What Ctrl-S and Ctrl-Q send.
KEYS = {b"stop": b"\x13", b"go": b"\x11"}

command = sys.argv[1:]
typed = b""
if command[0] == "--type":
    typed = command[1].encode() + b"\n"
    command = command[2:]
child, terminal = pty.fork()
if child == 0:
    os.execvp(command[0], command)
os.write(terminal, typed)
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
