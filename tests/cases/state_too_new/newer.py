from stored import read, write

label, content = read()
write({**label, "version": label["version"] + 1}, content)
