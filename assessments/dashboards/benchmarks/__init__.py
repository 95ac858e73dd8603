"""Where organizations stand among the others of a team's portfolio, without saying who they are."""
