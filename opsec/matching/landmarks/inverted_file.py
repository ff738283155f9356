"""Inverted file for nearest-neighbour search among descriptors (FAISS ``IVF,SQ8``).

Eight bits per component (Jégou, Douze and Schmid, PAMI 2011), after a principal component analysis. One thread and one
seed, so that the same descriptors always give the same index and the same neighbours.
"""

from typing import TYPE_CHECKING, Any

from opsec.runtime.process_state import limit_faiss_to_one_thread

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Keys = NDArray[np.uint8]
    """Descriptors, or the parts of them that are searched by, shape (n, components)."""

PCA_COMPONENTS = 32
"""Components by which neighbours are searched: those in which descriptors differ most."""
_FEATURES_PER_CELL = 200
_MAX_CELLS = 4096
_TRAINING_FEATURES_PER_CELL = 64
_TRAINING_ROUNDS = 8
_SEED = 7
_SCANNED_FEATURES = 900
"""Indexed features with which a query is compared, about: as many cells are probed as that takes."""
_MIN_PROBES = 3


class InvertedFile:
    """Index of descriptors; neighbours are numbered by the row in which they were given."""

    def __init__(self, keys: "Keys", serialised: bytes | None = None) -> None:
        """Build the index, or load it.

        Parameters
        ----------
        keys
            Descriptors, shape (n, components).
        serialised
            What ``serialise`` returned for the same descriptors; an index that cannot be used is built anew.
        """
        with limit_faiss_to_one_thread():
            self._index = (_deserialise(serialised, keys.shape) if serialised else None) or _build(keys)
        _set_probes(self._index, keys.shape[0])

    def serialise(self) -> bytes:
        """Return the index as bytes, to be cached."""
        import faiss

        return bytes(faiss.serialize_index(self._index).tobytes())

    def search(self, keys: "Keys", n_neighbours: int) -> "NDArray[Any]":
        """Find the nearest rows to each key; shape (n, n_neighbours), -1 where there are fewer."""
        return self.search_with_distances(keys, n_neighbours)[1]

    def search_with_distances(self, keys: "Keys", n_neighbours: int) -> "tuple[NDArray[Any], NDArray[Any]]":
        """Find as ``search`` does; return squared distances (undefined where a row is -1), then the rows."""
        import numpy as np

        with limit_faiss_to_one_thread():
            distances, rows = self._index.search(keys.astype(np.float32), n_neighbours)
        return np.asarray(distances), np.asarray(rows)


def _build(keys: "Keys") -> Any:
    import faiss
    import numpy as np

    vectors = np.ascontiguousarray(keys, dtype=np.float32)
    n_cells = int(min(_MAX_CELLS, max(1, 2 ** int(np.log2(max(1.0, len(vectors) / _FEATURES_PER_CELL))))))
    rotation = faiss.PCAMatrix(vectors.shape[1], PCA_COMPONENTS)
    inner = faiss.IndexIVFScalarQuantizer(
        faiss.IndexFlatL2(PCA_COMPONENTS), PCA_COMPONENTS, n_cells, faiss.ScalarQuantizer.QT_8bit
    )
    inner.cp.seed, inner.cp.niter, inner.cp.min_points_per_centroid = _SEED, _TRAINING_ROUNDS, 1
    if not len(vectors):
        return faiss.IndexIDMap(faiss.IndexFlatL2(vectors.shape[1]))
    sample = vectors[:: max(1, len(vectors) // (n_cells * _TRAINING_FEATURES_PER_CELL))]
    rotation.train(sample)
    index = faiss.IndexPreTransform(rotation, inner)
    index.train(sample)
    index.add(vectors)
    return index


def _set_probes(index: Any, n_features: int) -> None:
    """Set how many cells a query opens, so that it is compared with about ``_SCANNED_FEATURES``."""
    import faiss

    if n_features:
        inner = faiss.extract_index_ivf(index)
        inner.nprobe = min(inner.nlist, max(_MIN_PROBES, round(_SCANNED_FEATURES * inner.nlist / n_features)))


def _deserialise(serialised: bytes, shape: tuple[int, ...]) -> Any | None:
    """Load an index of descriptors of this shape; None when it is damaged, or of other descriptors or versions."""
    import faiss
    import numpy as np

    try:
        index = faiss.deserialize_index(np.frombuffer(serialised, np.uint8))
    except RuntimeError:
        return None
    return index if (index.ntotal, index.d) == shape else None
