"""Signed and sealed messages: their encoding, labels and armour."""
