"""What providers send to us, read and checked: receipts and replies as values. Nothing here opens a port or writes a row."""
