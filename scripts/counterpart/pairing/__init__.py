"""From the pool to the graph, the proposal, its proof, its review and its approval."""
