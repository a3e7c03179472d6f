"""Training pairs with known origin, and what decides whether a pair can be trusted."""
