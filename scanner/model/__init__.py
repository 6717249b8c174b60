"""The values that flow between the stages; nothing here does input or output."""
