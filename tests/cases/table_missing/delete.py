from stored import delete_table

delete_table()
