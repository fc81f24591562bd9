"""The graph, the solver and the certificate: knows nothing of people."""
