import pytest

from digitcore.errors import ConfigError
from digitcore.recipes import networks, presets, script
from digitcore.recipes.config import TrainingConfig
from digitcore.training import keras_model


@pytest.mark.parametrize("preset", presets.PRESETS)
@pytest.mark.parametrize("changes", [{}, {"filters": "4,6,8", "dense_units": 12, "kernel_size": 2, "pool_size": 3}])
def test_parameters_and_shapes_are_kerass(preset, changes):
    config = TrainingConfig.of(changes, presets.preset(preset))
    network, model = networks.layers(config), keras_model.build(config)
    assert networks.count_parameters(config) == model.count_params()
    assert networks.shapes(network) == [layer.output.shape[1:] for layer in model.layers]


def test_classic_has_the_tutorials_parameters():
    assert networks.count_parameters(presets.preset("classic")) == 2_380_938


def test_what_a_digit_costs_is_counted_over_all_places():
    config = TrainingConfig(filters=(4,), kernel_size=3, pool_size=2, conv_dropout=0, dense_units=0, dense_dropout=0)
    convolution, answer = 26 * 26 * 4 * (9 + 1), 10 * (13 * 13 * 4 + 1)
    assert networks.count_multiplications(config) == convolution + answer
    assert networks.count_features(config) == 26 * 26 * 4 + 2 * 13 * 13 * 4 + 10


def test_the_seed_decides_the_weights():
    def weights(seed: int) -> list[float]:
        config = TrainingConfig.of({"filters": "4", "seed": seed}, presets.preset("fast"))
        return keras_model.build(config).layers[0].get_weights()[0].ravel().tolist()

    assert weights(1) == weights(1) != weights(2)


def test_a_network_that_does_not_fit_the_picture_is_refused():
    config = TrainingConfig(filters=(8,) * 8, kernel_size=5)
    with pytest.raises(ConfigError, match="a window of 5 pixels does not fit the 4 that are left"):
        networks.layers(config)


def test_a_network_is_added_by_one_entry(monkeypatch):
    def stacked(config: TrainingConfig) -> list[networks.Layer]:
        return [networks.Conv2D(4, config.kernel_size), networks.Flatten(), networks.Dense(config.classes, "softmax")]

    with pytest.raises(ConfigError, match="network must be one of classic"):
        TrainingConfig.of({"network": "stacked"})
    monkeypatch.setitem(networks.NETWORKS, "stacked", stacked)
    config = TrainingConfig.of({"network": "stacked"})
    model = keras_model.build(config)
    assert model.name == "stacked" and model.count_params() == networks.count_parameters(config)
    assert "keras.layers.Conv2D(4, 3)" in script.code(config)
