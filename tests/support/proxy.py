"""A way to an emulator on which one operation is denied, slow, or answered by somebody else, and sessions expire.

Usage: proxy.py ENDPOINT SERVICE:OPERATION|REGION [SECONDS] [--echo] [--ignore] [--page STATUS] [--late STATUS]
[--replace FROM TO] [--attached];
`ec2:DescribeVpcs`, `s3:GetBucketVersioning`. In place of an operation the name of a region: it is not enabled, and STS
knows no credentials there.
With a number of seconds the operation is carried out at once, and its reply comes that much later; else it is refused. With
`--echo` the refusal repeats the request, as some services do; with `--ignore` the reply is that of a
success, and nothing was done. With `--page` a login page answers instead of AWS; with `--late`
it does so after AWS has carried the operation out. With `--replace` the replies say TO in place of FROM. Requests with the access keys of credentials.py are refused when
their time is over. The endpoint is the first line of the output. It ends with its standard input (`--attached`), or on
SIGTERM.
"""

import html
import http.client
import http.server
import json
import os
import re
import sys
import threading
import time
import urllib.parse

ENDPOINT = urllib.parse.urlsplit(sys.argv[1])
NAMED = sys.argv[2]
SLOW = float(sys.argv[3]) if len(sys.argv) > 3 and not sys.argv[3].startswith("-") else None
PAGE = int(sys.argv[sys.argv.index("--page") + 1]) if "--page" in sys.argv else None
LATE = int(sys.argv[sys.argv.index("--late") + 1]) if "--late" in sys.argv else None
REPLACE = [text.encode() for text in sys.argv[sys.argv.index("--replace") + 1 :][:2]] if "--replace" in sys.argv else None
LOGIN = b"<!DOCTYPE html><html><head><title>Log in to the network</title></head></html>"
ECHO = "--echo" in sys.argv
IGNORE = "--ignore" in sys.argv
METHODS = {"GET": "Get", "HEAD": "Head", "PUT": "Put", "POST": "Post", "DELETE": "Delete"}
# The sub-resources of a bucket that are operations of their own, by the key of the query.
BUCKET = {
    "versioning": "BucketVersioning",
    "encryption": "BucketEncryption",
    "policy": "BucketPolicy",
    "publicAccessBlock": "PublicAccessBlock",
    "lifecycle": "BucketLifecycleConfiguration",
    "cors": "BucketCors",
    "tagging": "BucketTagging",
}


# The paths of Route 53, the longest first.
ROUTE53 = [
    (r"/tags/hostedzone$", "POST", "ListTagsForResources"),
    (r"/rrset/?$", "GET", "ListResourceRecordSets"),
    (r"/hostedzone/[^/]+$", "GET", "GetHostedZone"),
    (r"/hostedzone/[^/]+$", "DELETE", "DeleteHostedZone"),
]


def operation(method, path, headers, body):
    """`service:Operation` of a request, by the service that it is signed for."""
    scope = re.search(r"Credential=[^/]+/\d+/[^/]*/([^/]+)/", headers.get("Authorization", ""))
    service = scope.group(1) if scope else "unknown"
    target = headers.get("X-Amz-Target")
    if target:
        return f"{service}:{target.rsplit('.', 1)[-1]}"
    action = urllib.parse.parse_qs(body.decode("latin-1")).get("Action")
    if action:
        return f"{service}:{action[0]}"
    url = urllib.parse.urlsplit(path)
    if service == "route53":
        found = (name for pattern, verb, name in ROUTE53 if verb == method and re.search(pattern, url.path))
        return f"{service}:{next(found, method)}"
    for key, name in BUCKET.items():
        if key in urllib.parse.parse_qs(url.query, keep_blank_values=True):
            return f"{service}:{METHODS.get(method, method)}{name}"
    kind = "Object" if url.path.strip("/").count("/") else "Bucket"
    return f"{service}:{METHODS.get(method, method)}{kind}"


def region(headers):
    """The region that a request is signed for."""
    scope = re.search(r"Credential=[^/]+/\d+/([^/]*)/", headers.get("Authorization", ""))
    return scope.group(1) if scope else None


def is_over(headers):
    """Whether the session of a request has expired."""
    key = re.search(r"Credential=UNTIL(\d+)/", headers.get("Authorization", ""))
    return key is not None and time.time() > int(key.group(1))


def refusal(name, headers, request):
    """Status, type and body of a denial, in the form of the service."""
    service = name.split(":")[0]
    text = f"User: arn:aws:iam::123456789012:user/ann is not authorized to perform: {name}"
    if ECHO:
        sent = request.decode("latin-1")
        text = html.escape(f"{text} with {sent} which says {urllib.parse.unquote_plus(sent)}")
    if headers.get("X-Amz-Target"):
        body = json.dumps({"__type": "com.amazonaws#AccessDeniedException", "message": text})
        return 400, headers.get("Content-Type", "application/x-amz-json-1.0"), body
    if service == "ec2":
        error = f"<Code>UnauthorizedOperation</Code><Message>{text}</Message>"
        return 403, "text/xml", f"<Response><Errors><Error>{error}</Error></Errors><RequestID>denied</RequestID></Response>"
    error = f"<Code>AccessDenied</Code><Message>{text}</Message>"
    if service == "s3":
        return 403, "application/xml", f"<Error>{error}<RequestId>denied</RequestId></Error>"
    body = f"<ErrorResponse><Error><Type>Sender</Type>{error}</Error><RequestId>denied</RequestId></ErrorResponse>"
    return 403, "text/xml", body


def acceptance(name, headers):
    """Status, type and body of a success without results, in the form of the service."""
    service, action = name.split(":")
    if headers.get("X-Amz-Target"):
        return 200, headers.get("Content-Type", "application/x-amz-json-1.0"), "{}"
    if service == "ec2":
        inside = "<requestId>ignored</requestId><return>true</return>"
    else:
        inside = f"<{action}Result/><ResponseMetadata><RequestId>ignored</RequestId></ResponseMetadata>"
    return 200, "text/xml", f"<{action}Response>{inside}</{action}Response>"


class Handler(http.server.BaseHTTPRequestHandler):
    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if is_over(self.headers):
            text = json.dumps({"__type": "com.amazonaws#ExpiredTokenException", "message": "The security token has expired"})
            self.reply(400, [("Content-Type", "application/x-amz-json-1.0")], text.encode())
            return
        if region(self.headers) == NAMED:
            error = "<Code>InvalidClientTokenId</Code><Message>The security token included in the request is invalid.</Message>"
            text = f"<ErrorResponse><Error><Type>Sender</Type>{error}</Error><RequestId>disabled</RequestId></ErrorResponse>"
            self.reply(403, [("Content-Type", "text/xml")], text.encode())
            return
        named = operation(self.command, self.path, self.headers, body) == NAMED
        if named and PAGE is not None:
            self.reply(PAGE, [("Content-Type", "text/html")], LOGIN)
            return
        if named and SLOW is None and LATE is None and REPLACE is None:
            status, kind, text = acceptance(NAMED, self.headers) if IGNORE else refusal(NAMED, self.headers, body)
            self.reply(status, [("Content-Type", kind)], text.encode())
            return
        upstream = http.client.HTTPConnection(ENDPOINT.hostname, ENDPOINT.port, timeout=60)
        upstream.request(self.command, self.path, body, dict(self.headers))
        response = upstream.getresponse()
        hop = {"connection", "content-length", "date", "server", "transfer-encoding"}
        kept = [(name, value) for name, value in response.getheaders() if name.lower() not in hop]
        answer = response.read()
        if named and LATE is not None:
            self.reply(LATE, [("Content-Type", "text/html")], LOGIN)
            upstream.close()
            return
        if named and REPLACE is not None:
            answer = answer.replace(*REPLACE)
        elif named:
            time.sleep(SLOW)
        try:
            self.reply(response.status, kept, answer)
        except BrokenPipeError:
            # Whoever asked has not waited: that is what slowness is for.
            pass
        upstream.close()

    def reply(self, status, headers, body):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = answer

    def log_message(self, *_):
        pass


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    if "--attached" in sys.argv:
        def end_with_parent():
            sys.stdin.buffer.read()
            os._exit(0)

        threading.Thread(target=end_with_parent, daemon=True).start()
    server.serve_forever()


if __name__ == "__main__":
    main()
