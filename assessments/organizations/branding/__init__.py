"""How a firm looks: its logo, two colors, and the lines that stand on what it hands over."""
