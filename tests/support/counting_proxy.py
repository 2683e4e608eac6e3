"""A way to an emulator that writes every request down, so that calls can be counted and sent again.

Usage: counting_proxy.py ENDPOINT FILE [--latency=MS] [--attached]. FILE gets a line of JSON per request, before it is sent on,
and that many milliseconds later: method, path, headers, and the body in base64. The endpoint is the first line of the output. It ends with its standard input
(`--attached`), or on SIGTERM.
"""

import base64
import http.client
import http.server
import json
import os
import sys
import threading
import time
import urllib.parse

HOP = {"connection", "content-length", "date", "server", "transfer-encoding"}


def handler(endpoint, log, latency):
    upstream = urllib.parse.urlsplit(endpoint)
    writing = threading.Lock()

    class Handler(http.server.BaseHTTPRequestHandler):
        def answer(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            line = {
                "method": self.command,
                "path": self.path,
                "headers": dict(self.headers),
                "body": base64.b64encode(body).decode(),
            }
            with writing:
                print(json.dumps(line), file=log, flush=True)
            time.sleep(latency)
            connection = http.client.HTTPConnection(upstream.hostname, upstream.port, timeout=60)
            connection.request(self.command, self.path, body, dict(self.headers))
            response = connection.getresponse()
            answer = response.read()
            connection.close()
            self.send_response(response.status)
            for name, value in response.getheaders():
                if name.lower() not in HOP:
                    self.send_header(name, value)
            # The answer to HEAD has the length of what GET would return, and no body.
            length = response.getheader("Content-Length") if self.command == "HEAD" else None
            self.send_header("Content-Length", length or str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = answer

        def log_message(self, *_):
            pass

    return Handler


def latency():
    given = [argument.partition("=")[2] for argument in sys.argv if argument.startswith("--latency=")]
    return int(given[-1]) / 1000 if given else 0


def main():
    endpoint, path = sys.argv[1:3]
    with open(path, "a") as log:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler(endpoint, log, latency()))
        print(f"http://127.0.0.1:{server.server_port}", flush=True)
        if "--attached" in sys.argv:
            def end_with_parent():
                sys.stdin.buffer.read()
                os._exit(0)

            threading.Thread(target=end_with_parent, daemon=True).start()
        server.serve_forever()


if __name__ == "__main__":
    main()
