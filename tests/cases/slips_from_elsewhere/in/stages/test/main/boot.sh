echo ${1:-nobody}
