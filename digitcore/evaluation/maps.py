"""Embeddings on a plane, so that digits that a network finds alike lie together."""

import numpy as np

SEED = 28
LEAST = 10
"""So many embeddings make a map; fewer have no neighbourhoods."""
AMONG = 5


def principal(embeddings: np.ndarray, more: np.ndarray) -> np.ndarray:
    """(N + M, 2) by principal component analysis: the two directions in which (N, E) embeddings differ most.

    (M, E) more are placed in those. N is at least LEAST.
    """
    mean = embeddings.mean(axis=0)
    directions = np.linalg.svd(embeddings - mean, full_matrices=False)[2][:2]
    return (np.concatenate([embeddings, more]) - mean) @ directions.T


def neighbourhoods(embeddings: np.ndarray) -> np.ndarray:
    """(N, 2) in which near stays near (t-SNE: van der Maaten and Hinton, 2008); takes seconds. N is at least LEAST."""
    from sklearn.manifold import TSNE  # over a second, which only this needs
    from threadpoolctl import threadpool_limits

    perplexity = min(30, (len(embeddings) - 1) / 3)
    # Its threads wait for each other without rest: beside a training run they take fifteen times as long as one.
    with threadpool_limits(1):
        return TSNE(init="pca", perplexity=perplexity, random_state=SEED).fit_transform(embeddings)


def among(places: np.ndarray, embeddings: np.ndarray, more: np.ndarray) -> np.ndarray:
    """(M, 2): where (M, E) more embeddings belong on a map of (N, 2) places: amid their AMONG nearest of the (N, E)."""
    distances = np.linalg.norm(more[:, None] - embeddings[None], axis=-1)
    return places[np.argsort(distances, axis=1)[:, :AMONG]].mean(axis=1)
