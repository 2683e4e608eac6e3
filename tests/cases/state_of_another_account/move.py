from stored import read, write

label, content = read()
content[0]["account"] = "210987654321"
write(label, content)
