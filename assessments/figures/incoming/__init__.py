"""Figures that come by themselves: sent by programs, or read from a server."""
