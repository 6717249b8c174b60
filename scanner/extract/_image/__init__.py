"""Pictures: what they say of themselves, and the texts that metafiles draw."""
