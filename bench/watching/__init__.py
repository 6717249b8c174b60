"""Measures what the watch promises: that nothing between a write and its verdict is lost, and what that costs."""
