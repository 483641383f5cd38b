"""Train an autoencoder (rule `train_model`). The only room that computes with JAX."""
