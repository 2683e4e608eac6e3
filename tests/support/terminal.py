"""Runs a command at a terminal of its own, types a line, and ends as the command does.

usage: terminal.py LINE COMMAND [ARGUMENT...]
"""

import os
import pty
import sys

child, terminal = pty.fork()
if child == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
os.write(terminal, sys.argv[1].encode() + b"\n")
shown = b""
while True:
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
