"""Embeddings as points on a plane: digits that are similar to the network lie near each other."""

import numpy as np
from numpy.typing import NDArray

SEED = 28
LEAST = 10
"""A map needs at least this many embeddings: fewer have no neighbourhoods."""
NEIGHBOURS = 5
"""A further embedding is placed in the middle of this many of its nearest."""

Embeddings = NDArray[np.float32]
Places = NDArray[np.float32]


def principal(embeddings: Embeddings, more: Embeddings) -> Places:
    """(N + M, 2) principal components: the two directions in which the (N, E) embeddings vary most.

    The (M, E) further ones are projected onto the same directions. N is at least LEAST.
    """
    mean = embeddings.mean(axis=0)
    directions = np.linalg.svd(embeddings - mean, full_matrices=False).Vh[:2]
    places: Places = (np.concatenate([embeddings, more]) - mean) @ directions.T
    return places


def neighbourhoods(embeddings: Embeddings) -> Places:
    """(N, 2) by t-SNE, which keeps neighbours together (van der Maaten and Hinton, 2008).

    Takes seconds. N is at least LEAST.
    """
    from sklearn.manifold import TSNE  # over a second to import, which only this needs
    from threadpoolctl import threadpool_limits

    perplexity = min(30, (len(embeddings) - 1) / 3)
    # Its threads wait for each other busily: beside a training run several take fifteen times as long as one.
    with threadpool_limits(1):
        places: Places = TSNE(init="pca", perplexity=perplexity, random_state=SEED).fit_transform(embeddings)
    return places


def place_among(places: Places, embeddings: Embeddings, more: Embeddings) -> Places:
    """(M, 2) places of the (M, E) further embeddings on a map: the middle of their nearest of the (N, E) embeddings."""
    distances = np.linalg.norm(more[:, None] - embeddings[None], axis=-1)
    nearest = np.argsort(distances, axis=1)[:, :NEIGHBOURS]
    middles: Places = places[nearest].mean(axis=1)
    return middles
