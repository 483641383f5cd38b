"""What noise and filtering do to a deep autoencoder that is used as an image compressor."""

__version__ = "0.1.0"
