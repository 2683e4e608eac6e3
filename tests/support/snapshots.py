"""moto that can be copied with everything in it, for tests that begin again and again from the same state.

`POST /_copy` forks the process and answers `<port> <pid>` of the copy, which has the same contents, another port and other
random numbers, and can be copied in turn. `POST /_end` ends one. Copies end with the process that they were made from, and
the first one with its standard input. Usage: snapshots.py; the first line of the output is the port.
"""

import ctypes
import gc
import os
import signal
import sys
import threading

from emulator import Handler, DomainDispatcherApplication, create_backend_app, make_server
from moto.core.responses import EmptyResult
from moto.elasticache.models import ElastiCacheBackend
from moto.elasticache.responses import ElastiCacheResponse
from moto.iam.models import Policy
from moto.moto_api._internal import mock_random

PR_SET_PDEATHSIG = 1


def mend():
    """What moto lacks of the calls that the reference stage needs."""
    # GetAccountAuthorizationDetails leaves both out.
    Policy.policy_name = property(lambda self: self.name)
    Policy.policy_id = property(lambda self: self.id)

    # A deletion never ends.
    begin = ElastiCacheBackend.delete_replication_group

    def delete_group(self, replication_group_id, *arguments, **named):
        group = begin(self, replication_group_id, *arguments, **named)
        self.replication_groups.pop(replication_group_id, None)
        return group

    ElastiCacheBackend.delete_replication_group = delete_group

    # Not there at all.
    def delete_subnet_group(self):
        self.elasticache_backend.cache_subnet_groups.pop(self._get_param("CacheSubnetGroupName"), None)
        return EmptyResult()

    ElastiCacheResponse.delete_cache_subnet_group = delete_subnet_group


class Copying:
    """The emulator, and the two paths above."""

    def __init__(self, emulator):
        self.emulator = emulator

    def __call__(self, environ, start_response):
        path = environ.get("PATH_INFO")
        if path == "/_copy":
            return self.copy(environ, start_response)
        if path == "/_end":
            os._exit(0)
        return self.emulator(environ, start_response)

    def copy(self, environ, start_response):
        server = make_server("127.0.0.1", 0, self, threaded=False, request_handler=Handler)
        parent = os.getpid()
        child = os.fork()
        if child == 0:
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() != parent:
                os._exit(1)
            # Whoever asked for the copy waits for the end of this connection, which is the parent's to close.
            os.close(environ["werkzeug.socket"].fileno())
            mock_random.seed()
            server.serve_forever()
            os._exit(0)
        answer = f"{server.server_port} {child}".encode()
        # The child has the listening socket.
        os.close(server.fileno())
        start_response("200 OK", [("Content-Length", str(len(answer)))])
        return [answer]


def main():
    mend()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    server = make_server(
        "127.0.0.1", 0, Copying(DomainDispatcherApplication(create_backend_app)), threaded=False, request_handler=Handler
    )
    print(server.server_port, flush=True)
    # Pages that nobody writes to are shared by all copies.
    gc.collect()
    gc.freeze()

    def end_with_parent():
        sys.stdin.buffer.read()
        os._exit(0)

    threading.Thread(target=end_with_parent, daemon=True).start()
    server.serve_forever()


if __name__ == "__main__":
    main()
