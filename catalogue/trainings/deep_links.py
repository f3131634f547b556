"""Links to Mon Compte Formation: where one logs in, and what the address of a training must look like."""

from catalogue.models.validators import validate_mcf_url, validate_siret

__all__ = ["MCF_LOGIN_URL", "validate_mcf_url", "validate_siret"]

MCF_LOGIN_URL = "https://www.moncompteformation.gouv.fr/espace-prive/html/#/compte-utilisateur/connexion"
"""Where one logs in to Mon Compte Formation (the guide): what happens there is out of this site's reach."""
