import numpy as np
import pytest

from digitcore import data
from digitcore.evaluation.robustness import DISTORTIONS, LevelResult, distort, measure_robustness
from digitcore.evaluation.robustness_summary import NEVER, TRAINED, describe
from digitcore.prediction import Engine, open_bundle
from digitcore.recipes.config import SETTINGS

SURE = LevelResult(0.996, 0.99, (0, 0, 0, 1, 0, 0, 0, 0, 0, 3))
MOSTLY_EIGHT = LevelResult(0.71, 0.84, (10, 10, 10, 10, 10, 20, 20, 20, 180, 0))


def test_a_fall_says_what_is_read_instead_and_how_surely():
    said = describe("noise", {0.0: SURE, 0.2: SURE, 0.4: MOSTLY_EIGHT}, {"noise": 0.1})
    assert said == (
        "accuracy falls from 99.6% to 71.0% at noise 0.4 of full ink; 180 of the 290 digits that it then reads wrong "
        "are read as 8; mean confidence goes from 99% to 84%. Its recipe adds noise of up to 0.1 of full ink while "
        "training."
    )


def test_where_all_are_read_as_one_digit_that_is_said():
    drowned = LevelResult(0.1, 0.87, (900, 0, 0, 0, 0, 0, 0, 0, 0, 0))
    assert "; all 900 digits that it then reads wrong are read as 0; " in describe(
        "noise", {0.0: SURE, 0.5: drowned}, {}
    )


@pytest.mark.parametrize(
    ("kind", "recipe", "words"),
    [
        ("noise", {"noise": 0.0}, " Its recipe adds no noise while training."),
        ("rotation", {"rotation": 6.0}, " Its recipe turns digits by up to 6 degrees while training."),
        ("scale", {"scaling": 0.06}, " Its recipe scales digits by up to 6% while training."),
        ("blur", {"noise": 0.1}, " Its recipe blurs no digits while training."),
        ("thickness", {"noise": 0.1}, ""),
        ("blur", {}, ""),
    ],
)
def test_the_recipe_is_told_as_far_as_the_card_does(kind, recipe, words):
    distortion = DISTORTIONS[kind]
    levels = {distortion.none: SURE, distortion.levels[0]: SURE._replace(accuracy=0.993)}
    assert describe(kind, levels, recipe) == f"accuracy stays at 99.3% or above.{words}"


def test_every_kind_is_known_and_every_setting_is_the_recipes():
    assert {*TRAINED, *NEVER} == set(DISTORTIONS)
    assert all(setting in SETTINGS for setting, *_ in TRAINED.values())


def test_what_is_told_is_what_the_engine_answers():
    sample, engine = data.load("sample"), Engine(open_bundle("default"))
    pictures, labels = sample.test_images[::10], sample.test_labels[::10]
    found = measure_robustness(engine, "noise", pictures, labels)
    assert set(found) == {0.0, *DISTORTIONS["noise"].levels}
    shares = engine.probabilities(distort("noise", pictures, 0.5))
    answers = shares.argmax(axis=1)
    assert found[0.5].accuracy == pytest.approx((answers == labels).mean())
    assert found[0.5].confidence == pytest.approx(shares.max(axis=1).mean(), abs=1e-5)
    assert list(found[0.5].wrong) == np.bincount(answers[answers != labels], minlength=10).tolist()
