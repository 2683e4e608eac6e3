from stored import read, write

label, content = read()
content[0]["stack"] = {**content[0]["stack"], "stage": "production"} if isinstance(content[0]["stack"], dict) else "production/main"
write(label, content)
