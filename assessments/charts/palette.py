"""The colors of the charts: every token a figure may name, with the value it has in print."""

# The light theme of static/css/tokens.css on white paper. Rules are darker than on the screen, where they may be faint.
PRINT = {
    "--ink": "#16212b",
    "--ink-2": "#46525d",
    "--ink-3": "#606b75",
    "--rule": "#d5d7d8",
    "--rule-2": "#b9bec2",
    "--paper": "#ffffff",
    "--accent": "#1b4b78",
    "--accent-soft": "#e6edf4",
    "--accent-line": "#b3c7da",
    "--risk": "#b0371b",
    "--level-0": "#f0d888",
    "--level-0-edge": "#86680f",
    "--level-1": "#6a91b0",
    "--level-2": "#1b4b78",
    "--seg-off": "#e3e3e0",
    "--font-sans": "Nimbus Sans, Liberation Sans, Arial, sans-serif",
}


def token(reference: str) -> str:
    """The token a reference names: "var(--accent)" is "--accent". ValueError when there is none of that name."""
    name = reference[4:-1] if reference.startswith("var(") and reference.endswith(")") else ""
    if name not in PRINT:
        raise ValueError(f"{reference!r} is not a token of palette.py")
    return name


def printed(reference: str) -> str:
    """The value of a token reference on paper."""
    return PRINT[token(reference)]
