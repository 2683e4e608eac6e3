from stored import put

put("")
