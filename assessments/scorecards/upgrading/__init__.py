"""From one version of a framework to the next, or to another framework."""
