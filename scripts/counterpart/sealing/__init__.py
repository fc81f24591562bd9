"""What is encrypted and what is signed: age, Ed25519, the keys and links that belong to them."""
