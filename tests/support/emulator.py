"""moto on a loopback port, one request at a time.

The stock server answers in threads, and gave a conditional put two winners: state and lock need one order
of events. Usage: emulator.py [PORT]; without a port a free one is taken. The endpoint is the first line
of the output. It ends with its standard input (`--attached`), or on SIGTERM.
"""

import os
import sys
import threading

os.environ.setdefault("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
os.environ.setdefault("MOTO_ACM_VALIDATION_WAIT", "0")

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.rds.exceptions import DBClusterSnapshotAlreadyExistsError
from moto.rds.models import DBCluster
from werkzeug.serving import WSGIRequestHandler, make_server


# moto backs up each new cluster, under its name and the minute: a second one of that name within the minute is refused. AWS
# makes one such snapshot a day.
back_up = DBCluster.save_automated_backup


def save_automated_backup(self):
    try:
        back_up(self)
    except DBClusterSnapshotAlreadyExistsError:
        pass


DBCluster.save_automated_backup = save_automated_backup


class Handler(WSGIRequestHandler):
    # Kept connections save a handshake per call; one server thread would starve the others.
    protocol_version = "HTTP/1.0"
    # Seconds for a request to come. Whoever connects and then stands still holds up the others for no longer.
    timeout = 2

    def log(self, *_):
        pass


def main():
    arguments = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
    port = int(arguments[0]) if arguments else 0
    application = DomainDispatcherApplication(create_backend_app)
    server = make_server("127.0.0.1", port, application, threaded=False, request_handler=Handler)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    if "--attached" in sys.argv:
        def end_with_parent():
            sys.stdin.buffer.read()
            os._exit(0)

        threading.Thread(target=end_with_parent, daemon=True).start()
    server.serve_forever()


if __name__ == "__main__":
    main()
