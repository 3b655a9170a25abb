"""Embeddings on a plane, so that digits that a network finds alike lie together."""

import numpy as np

SEED = 28


def principal(embeddings: np.ndarray) -> np.ndarray:
    """(N, 2): the two directions in which (N, E) embeddings differ most (principal component analysis)."""
    centred = embeddings - embeddings.mean(axis=0)
    directions = np.linalg.svd(centred, full_matrices=False)[2][:2]
    return centred @ directions.T


def neighbourhoods(embeddings: np.ndarray) -> np.ndarray:
    """(N, 2) in which near stays near (t-SNE: van der Maaten and Hinton, 2008); takes seconds. N is at least 10."""
    from sklearn.manifold import TSNE  # over a second, which only this needs

    perplexity = min(30, (len(embeddings) - 1) / 3)
    return TSNE(init="pca", perplexity=perplexity, random_state=SEED).fit_transform(embeddings)
