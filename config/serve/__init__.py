"""``make serve``: the site on this machine as it runs in production, with what it needs and nothing else."""
