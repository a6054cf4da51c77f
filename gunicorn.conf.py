"""What `gunicorn dlfportal.wsgi` uses when it is started in this folder; options on the command line win."""

import gc

worker_class = "dlfportal.serving.worker.PortalWorker"
workers = 2
threads = 8
control_socket_disable = True

# The workers share the memory of what was loaded before they were forked.
preload_app = True


def when_ready(server):
    """Keep the collector from writing into the pages that the workers share."""
    gc.collect()
    gc.freeze()
