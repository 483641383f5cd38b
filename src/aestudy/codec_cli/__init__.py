"""The commands of the codec: `aestudy encode`, `decode`, `info` and `fit-codec`."""
