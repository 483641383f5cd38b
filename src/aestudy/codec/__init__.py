"""The codec: real bitstreams from the latents of an autoencoder.

`fitting` makes a `Codec` from a trained network and its training images; `codec` quantises latents with it;
`tables` holds its integer frequency tables and `coder` codes symbols with them; `stream` is the format of a
file; `compression` joins all of it to a network. The formulas and the format are in docs/codec.md.
"""
