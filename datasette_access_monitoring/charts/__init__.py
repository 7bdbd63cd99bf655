"""A result as a chart: what of it can be drawn, the points, the Vega-Lite specification.

Pure: columns and rows in, a ``Drawing`` out.  Who draws it is the page's script; how a value is
written in a table is ``sql.render``'s business.
"""
