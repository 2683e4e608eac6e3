#!/bin/bash
ECHO "stage ${name}" > /etc/stage2
for q in ${join(" ", ports)}; do echo "$p $${HOME}"; done
# step 1 of what every machine does at its first start
# step 2 of what every machine does at its first start
# step 3 of what every machine does at its first start
# step 4 of what every machine does at its first start
# step 5 of what every machine does at its first start
# step 6 of what every machine does at its first start
# step 7 of what every machine does at its first start
# step 8 of what every machine does at its first start
