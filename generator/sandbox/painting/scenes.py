"""Which kind of image a prompt gets."""

from collections.abc import Callable
from random import Random

from generator.sandbox.painting import city, flora, land, paper, sea, space, tiles
from generator.sandbox.painting.palettes import words_of
from generator.sandbox.painting.sheet import Sheet

Scene = Callable[[Sheet], None]

# The words that call for a scene. What no word calls for is chosen by the prompt's luck.
SCENES: tuple[tuple[Scene, str], ...] = (
    (
        land.mountains,
        "mountain hill valley alp alps landscape peak canyon lake river fog mist desert dune "
        "volcano glacier snow snowy camel horse valley field sunrise",
    ),
    (
        land.woods,
        "forest wood woods tree pine deer fox wolf bear owl cabin moss winter squirrel "
        "hedgehog rabbit wilderness camping",
    ),
    (
        sea.sea,
        "sea ocean boat ship sail sailboat beach island harbour harbor lighthouse whale wave "
        "coast surf fish dolphin sunset pier lagoon tropical",
    ),
    (
        space.planets,
        "planet space star galaxy astronaut rocket robot cosmos orbit moon alien universe "
        "saturn mars satellite scifi comet",
    ),
    (
        city.skyline,
        "city street building tower tokyo york paris london neon cyberpunk skyline downtown "
        "office car train night bridge rooftop taxi metropolis architecture",
    ),
    (
        flora.blossom,
        "flower rose lotus petal bloom blossom mandala sunflower dahlia daisy peony tulip bee "
        "butterfly kaleidoscope",
    ),
    (
        flora.stems,
        "leaf plant garden herb fern jungle bouquet tea fruit botanical meadow spring bird "
        "vase berry kitchen food vegetable parrot hummingbird",
    ),
    (
        paper.ribbons,
        "silk flow music abstract wind dance liquid smoke dragon hair fabric melody jazz "
        "aurora speed energy swirl",
    ),
    (
        paper.depths,
        "cave paper dream portal magic tunnel layers wizard cut deep underwater mystery "
        "labyrinth fantasy fairy",
    ),
    (
        tiles.mosaic,
        "logo poster geometric icon pattern bauhaus product design shoe sneaker chair "
        "furniture quilt puzzle modern toy game",
    ),
    (
        tiles.arches,
        "house room interior portrait door window temple palace castle cat dog woman man "
        "person girl boy chef king queen cup coffee desk sofa arch",
    ),
)


def choose(prompt: str, luck: Random) -> Scene:
    """The scene that most words of the prompt call for; the earlier word wins a draw."""
    words = words_of(prompt)
    lucky = luck.choice(SCENES)[0]
    best, best_score = lucky, 0.0
    for scene, text in SCENES:
        called = [place for place, word in enumerate(words) if word in text.split()]
        score = len({words[place] for place in called}) - min(called, default=0) / 1000
        if called and score > best_score:
            best, best_score = scene, score
    return best
