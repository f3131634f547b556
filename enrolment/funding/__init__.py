"""Who pays, and what has to be done for it on Mon Compte Formation."""
