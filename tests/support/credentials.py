"""A `credential_process` whose sessions are short. Usage: credentials.py FILE SECONDS [SESSIONS]

The file counts the sessions. After the last of SESSIONS there are no more. proxy.py knows from an access key until when it
is good.
"""

import datetime
import json
import sys
import time

path, seconds = sys.argv[1], int(sys.argv[2])
try:
    with open(path) as file:
        given = int(file.read())
except FileNotFoundError:
    given = 0
if len(sys.argv) > 3 and given == int(sys.argv[3]):
    sys.exit("the session cannot be renewed: sign in again")
with open(path, "w") as file:
    file.write(str(given + 1))
until = int(time.time()) + seconds
moment = datetime.datetime.fromtimestamp(until, datetime.timezone.utc)
print(json.dumps({
    "Version": 1,
    "AccessKeyId": f"UNTIL{until}",
    "SecretAccessKey": "demo",
    "SessionToken": "demo",
    "Expiration": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
}))
