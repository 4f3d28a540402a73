"""Ed25519 in three calls: the one place where the journal meets a library for signatures.

libsodium through PyNaCl; see docs/decisions. Loaded only when something is signed or checked.
"""

from __future__ import annotations

from collections.abc import Callable

SEED_BYTES = 32
SIGNATURE_BYTES = 64


def public_of(seed: bytes) -> bytes:
    """The 32-byte public key of a private seed (32 bytes)."""
    from nacl.bindings import crypto_sign_seed_keypair

    return crypto_sign_seed_keypair(seed)[0]


def signer_of(seed: bytes) -> Callable[[bytes], bytes]:
    """What signs with a private seed (32 bytes): takes a message, gives 64 bytes."""
    from nacl.bindings import crypto_sign, crypto_sign_seed_keypair

    secret = crypto_sign_seed_keypair(seed)[1]
    return lambda message: crypto_sign(message, secret)[:SIGNATURE_BYTES]


def verifies(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether the 32-byte public key made this signature over the message. Never raises."""
    from nacl.bindings import crypto_sign_open
    from nacl.exceptions import CryptoError

    try:
        crypto_sign_open(signature + message, public)
    except (CryptoError, ValueError, TypeError):
        return False
    return len(signature) == SIGNATURE_BYTES
