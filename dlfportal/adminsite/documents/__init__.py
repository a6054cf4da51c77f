"""The editor of documents: form fields and JSON text side by side, both ways."""
