"""Coming in with FranceConnect v2 (OpenID Connect, authorization code with PKCE).

``availability`` says whether it is offered, ``transport`` speaks HTTP within limits, ``provider`` knows the
provider's addresses and keys, ``tokens`` verifies what it signed, ``client`` puts these together, ``attempts``
remembers what each browser asked, ``arrivals`` decides what an identity that comes back means here, ``views``
answers.
"""
