"""How the portal is served: gunicorn's event loop waits for slow clients, threads only work.

A thread is taken when a request has come in, and is free again when its answer is ready: what a client
does slowly, sending or receiving, costs a connection and a little memory, never a thread.
"""
