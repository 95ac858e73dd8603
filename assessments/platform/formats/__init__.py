"""How each language writes days; Django knows the rest."""
