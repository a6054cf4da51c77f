"""The Django admin of the portal: thin editing pages over the services."""
