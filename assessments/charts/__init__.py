"""Charts: a result becomes a Plotly figure (figures), and the figure a static SVG (svg).

A figure is a plain dict of data and layout that plotly.js draws as it is. Colors and fonts in it are token references
such as "var(--accent)". User text enters a figure only through `text.label`.
"""
