"""The texts of the demo's team: names, prompts, notes, collections. Data alone."""

from __future__ import annotations

from generator.models import Role

PEOPLE = (
    ("olivia", Role.OWNER),
    ("ada", Role.ADMIN),
    ("mina", Role.MEMBER),
    ("carl", Role.MEMBER),
    ("jonas", Role.MEMBER),
    ("priya", Role.MEMBER),
    ("yuki", Role.MEMBER),
    ("tomas", Role.MEMBER),
    ("vera", Role.VIEWER),
)

# Subjects to paint, once in each shape; a prompt adds details.
SUBJECTS = (
    "a red fox in fresh snow",
    "a lighthouse above the sea",
    "a mountain lake at dawn",
    "a paper dragon made of silk",
    "an astronaut on a quiet moon",
    "a city skyline after rain",
    "a bouquet of dahlias",
    "a house with a blue door",
    "a geometric poster",
    "a forest cabin in winter",
    "a sailboat near an island",
    "a tea garden in spring",
    "a lantern cave",
    "a whale under the waves",
    "a bridge at night",
    "a cat by the window",
    "a desert with two camels",
    "a kitchen full of fruit",
)

# The same subjects in other languages, for an international team.
ELSEWHERE = (
    "雪の中の赤い狐、静かな朝",
    "海边的灯塔，黄昏的光",
    "ثعلب أحمر ينام في الثلج",
    "Рыжая лиса в снегу, мягкий свет",
    "बर्फ़ में लाल लोमड़ी",
    "สุนัขจิ้งจอกสีแดงในหิมะ",
    "눈 속의 붉은 여우",
    "Ein Leuchtturm über dem Meer, früh am Morgen",
    "Une cabane dans la forêt enneigée",
    "Ένας φάρος πάνω από τη θάλασσα",
)

STYLES = (
    "watercolor on rough paper",
    "35 mm film, soft grain",
    "flat shapes, two colors",
    "oil on canvas",
    "isometric, clean lines",
    "cut paper, long shadows",
    "ink and wash",
    "studio light, close up",
    "risograph print",
    "wide shot, low sun",
)

MOODS = (
    "calm",
    "for the spring campaign",
    "with room for a headline on the left",
    "early morning mist",
    "warm evening light",
    "seen from above",
    "no people",
    "very detailed",
    "as a book cover",
    "in the colors of autumn",
)

NOTES = (
    "The client likes this one",
    "Use for the newsletter in {month}",
    "Hands look wrong, try again",
    "Chosen for the cover",
    "Crop to the left before printing",
    "Looks too cold; ask Mina for a warmer one",
    "Approved by Ada",
    "候補その一",
)

COLLECTIONS = (
    "Spring campaign",
    "Book covers",
    "Website heroes",
    "Newsletter",
    "Foxes",
    "Sea and light",
    "Posters to print",
    "Mood board: winter",
    "For the client meeting",
    "Wallpapers",
    "Ideas to keep",
    "Packaging",
)

REASONS = (
    "The prompt was declined by the safety filter.",
    "The image service was overloaded.",
    "The reference image could not be read.",
)
