"""The command `aestudy`."""
