"""What a trained network is: its shape, its weights, its outputs. NumPy only."""
