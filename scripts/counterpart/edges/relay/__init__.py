"""The relay: takes applications from the form to the host. Stateless, and without any key that opens them."""
