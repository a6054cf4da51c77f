"""Who may do what where: projects, workspaces, memberships, tokens and the policy."""
