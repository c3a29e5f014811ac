"""Everything that sutja raises on purpose, as one tree.

    SutjaError
    ├── InputError             what was given cannot be read
    │   ├── InkError           strokes that are no ink
    │   ├── ImageError         bytes that are no picture
    │   └── TooLargeError      more bytes, pixels or points than are taken
    ├── BundleError            a model that is missing, damaged or of another age
    ├── DataError              a data set that is missing or damaged
    │   └── DownloadError      it could not be fetched
    ├── TrainingError          a training that cannot go on
    │   └── TooFewError        too few samples for any verdict
    ├── TrackingError          MLflow cannot be told
    ├── ScaleError             an archive or a cluster that cannot be had
    ├── SettingsError          a setting whose value makes no sense
    ├── StoreError             a store that is missing, of another age or not ours
    │   ├── UnavailableError   it cannot be asked just now
    │   ├── ClockError         the clock jumped ahead, and nothing is deleted by it
    │   ├── ConflictError      somebody else was first
    │   │   └── PausedError    somebody paused the learning
    │   └── QuotaError         more samples than are taken
    └── MissingExtraError      a part that was not installed

Each message says what was expected and what came instead, and never repeats the input itself: what people draw may be a
secret.
"""


class SutjaError(Exception):
    """The root: catch this to catch all that sutja raises on purpose."""


class InputError(SutjaError, ValueError):
    """What was given cannot be read as a drawing."""


class InkError(InputError):
    """Strokes are malformed: not lists of points, not finite, or not numbers."""


class ImageError(InputError):
    """Bytes, a file or an array is not a picture that can be read."""


class TooLargeError(InputError):
    """The input has more bytes, pixels, strokes or points than are taken."""


class BundleError(SutjaError):
    """A bundle is missing, damaged, or made for another version of `prepare`."""


class DataError(SutjaError):
    """A public data set is missing, damaged or not what its name promises."""


class DownloadError(DataError):
    """A data set could not be fetched from any of its homes."""


class TrainingError(SutjaError):
    """A training cannot go on: its loss is no longer a number."""


class TooFewError(TrainingError):
    """There are too few samples: whatever were learnt from them, the gate could only hold it."""


class TrackingError(SutjaError):
    """MLflow's database cannot be made, or another process keeps it for too long."""


class ScaleError(SutjaError):
    """An archive of pictures cannot be listed, read or written, or there is no such cluster to read it."""


class SettingsError(SutjaError, ValueError):
    """A setting has a value that makes no sense."""


class StoreError(SutjaError):
    """A store is missing, of another version, damaged or kept under another secret."""


class UnavailableError(StoreError):
    """The store's database is busy, full or away: what was asked did not happen, and may be asked again."""


class ClockError(StoreError):
    """The clock jumped ahead since the store was used last: nothing is deleted because its time were over."""


class ConflictError(StoreError):
    """Somebody else was first: another generation serves, another cycle runs, or the name or key is taken."""


class PausedError(ConflictError):
    """Somebody paused the learning: no cycle promotes anything until somebody lets it go on."""


class QuotaError(StoreError):
    """A source, or all keyless sources together, gave as many samples today as are taken."""


class MissingExtraError(SutjaError):
    """A part of sutja is asked for whose extra is not installed."""
