"""Runs a command at a terminal of its own, shows what it has written there when it ends, and ends as it does.

usage: terminal.py [--type LINE | --stream] COMMAND [ARGUMENT...]

With --stream what is written there is shown at once. Lines of standard input say what happens to the command: `type TEXT`
types a line, `press TEXT` presses keys without Return, `\\t` and the like written out, `interrupt` is Ctrl-C, `terminate` sends SIGTERM, and `stop` and `go` stop the terminal and let it go on:
while it is stopped, whoever writes to it stands still.
"""

import os
import pty
import select
import signal
import sys

# What Ctrl-C, Ctrl-S and Ctrl-Q send.
KEYS = {b"interrupt": b"\x03", b"stop": b"\x13", b"go": b"\x11"}

command = sys.argv[1:]
typed = b""
stream = command[0] == "--stream"
if stream:
    command = command[1:]
elif command[0] == "--type":
    typed = command[1].encode() + b"\n"
    command = command[2:]
child, terminal = pty.fork()
if child == 0:
    os.execvp(command[0], command)
os.write(terminal, typed)


def play(line):
    if line == b"terminate":
        os.kill(child, signal.SIGTERM)
    elif line.startswith(b"type "):
        os.write(terminal, line.removeprefix(b"type ") + b"\n")
    elif line.startswith(b"press "):
        os.write(terminal, line.removeprefix(b"press ").decode("unicode_escape").encode())
    else:
        os.write(terminal, KEYS[line])


shown = b""
watched = [terminal, sys.stdin.fileno()]
while True:
    readable, _, _ = select.select(watched, [], [])
    if sys.stdin.fileno() in readable:
        lines = os.read(sys.stdin.fileno(), 1024)
        if not lines:
            watched.remove(sys.stdin.fileno())
        for line in lines.splitlines():
            play(line)
    if terminal in readable:
        try:
            chunk = os.read(terminal, 65536)
        except OSError:  # Linux says so that the other end is closed.
            break
        if not chunk:
            break
        if stream:
            sys.stdout.buffer.write(chunk)
            sys.stdout.buffer.flush()
        else:
            shown += chunk
_, status = os.waitpid(child, 0)
sys.stdout.write(shown.decode(errors="replace"))
sys.exit(os.waitstatus_to_exitcode(status))
