from django.contrib.auth.hashers import Argon2PasswordHasher


class QuickArgon2(Argon2PasswordHasher):
    """Real Argon2 hashes, at the lowest cost the library takes."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1
