"""One HTML file that tells what a study asked and found, and opens without a network.

`page.render` puts it together from what the modules beside it prepare: `results` (tables of numbers),
`pictures` (figures as data), `sources` (data, configuration, versions). The templates hold all the prose;
they escape all text from a config, a file or a file name.
"""
