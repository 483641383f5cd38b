"""What a study does to images before the autoencoder sees them.

Every distortion is `distort(images, rng, *, parameter=...) -> images`:

- `images` is float32 `(N, H, W)` with values in [0, 1] and is never written to;
- `rng` is the only source of randomness, and images draw from it one after another, so that distorting
  a data set in blocks gives the same as distorting it at once;
- every parameter is keyword-only, has no default and is never taken from the data;
- the result is a new float32 array of the same shape, not necessarily in [0, 1]: whoever writes it to disk
  clips and rounds it.

`noise` and `filters` hold the functions, `composition` those that are made of other distortions, `registry`
the one table of all kinds. docs/distortions.md has the formulas and shows how to add one.
"""
