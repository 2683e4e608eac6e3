from stored import rewind

rewind("test/bootstrap", 1)
