"""Posts about ordinary life, made from word lists and sentence patterns of other topics (``ordinary``).

Family, food, football, school, travel, markets, weather, religion, music, work, phones, games, cars, medicine,
weddings, poems, news of elsewhere and animals, in Standard and Iraqi Arabic, English, Sorani, Kurmanji and Arabizi.
None of them shows a site; many use words that a site may also be named by, in another sense.
"""

import random
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "ordinary"
TONGUES = ("ar", "iq", "en", "ckb", "kmr", "arabizi")
_BASE_TONGUE = {"iq": "ar"}
"""Tongue → the one whose words it uses too."""
_SLOT = re.compile(r"\{(\w+)\}")
_ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_EMOJI = "😂 ❤️ 😍 🔥 🙏 😭 🌹 ⚽ 🍕 ☕ 🎉 🚗 📚 🎶 🌧️ ☀️ 💍 🐦 🌴 👏 💔 😅 🤲 📱 🎮 👨‍👩‍👧 🇮🇶 🦅 🏠 ✨".split()
_ENDINGS = ("", ".", "!", "...", " !!", "؟", "..")


@dataclass(frozen=True, slots=True)
class Tongue:
    """Words by slot and sentence patterns by topic of one tongue."""

    words: dict[str, tuple[str, ...]]
    patterns: dict[str, tuple[str, ...]]


@cache
def load_tongue(name: str) -> Tongue:
    """Load the words and patterns of a tongue."""
    raw = tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))
    words = dict(load_tongue(_BASE_TONGUE[name]).words) if name in _BASE_TONGUE else {}
    words |= {slot: tuple(listed.split("|")) for slot, listed in raw["words"].items()}
    return Tongue(words, {topic: tuple(lines.strip().splitlines()) for topic, lines in raw["patterns"].items()})


def ordinary_posts(count: int, seed: int) -> Iterator[str]:
    """Yield this many posts, the same for the same seed, of all tongues in turn."""
    chance = random.Random(seed)
    for number in range(count):
        yield _post(load_tongue(TONGUES[number % len(TONGUES)]), chance)


def _post(tongue: Tongue, chance: random.Random) -> str:
    """One to three sentences, mostly of one topic, with what posts end in."""
    topics = list(tongue.patterns)
    topic = chance.choice(topics)
    sentences = []
    for _ in range(chance.choice((1, 1, 1, 2, 2, 3))):
        pattern = chance.choice(tongue.patterns[topic])
        sentences.append(_fill(pattern, tongue, chance) + chance.choice(_ENDINGS))
        if chance.random() < 0.3:
            topic = chance.choice(topics)
    text = chance.choice((" ", "\n", " ")).join(sentences)
    if chance.random() < 0.5:
        text += " " + "".join(chance.choice(_EMOJI) for _ in range(chance.randint(1, 4)))
    if chance.random() < 0.45:
        text += _hashtags(tongue, chance)
    return text.translate(_ARABIC_DIGITS) if not text.isascii() and chance.random() < 0.3 else text


def _hashtags(tongue: Tongue, chance: random.Random) -> str:
    tags = [chance.choice(tongue.words["tags"]) for _ in range(chance.randint(1, 3))]
    if chance.random() < 0.5:
        slot = chance.choice(("town", "club", "shop", "dish", "person"))
        tags.append(re.sub(r"\W+", "_", chance.choice(tongue.words[slot])))
    return "".join(f" #{tag}" for tag in tags)


def _fill(pattern: str, tongue: Tongue, chance: random.Random) -> str:
    def word(slot: re.Match[str]) -> str:
        name = slot[1]
        return _NUMBERS[name](chance) if name in _NUMBERS else chance.choice(tongue.words[name])

    return _SLOT.sub(word, pattern)


def _phone(chance: random.Random) -> str:
    operator, number = chance.choice(("0770", "0771", "0780", "0781", "0750", "0751")), chance.randint(0, 9_999_999)
    return chance.choice((f"{operator}{number:07}", f"{operator} {number // 10_000:03} {number % 10_000:04}"))


def _price(chance: random.Random) -> str:
    amount = chance.randint(1, 400) * 250
    return chance.choice((f"{amount:,}", f"{amount}", f"{amount // 1000 + 1} الف", f"${amount // 100 + 1}.99"))


def _handle(chance: random.Random) -> str:
    return f"@{chance.choice(('ali', 'noor', 'x_hawk', 'lion', 'zozo', 'mr_k', 'sniper'))}_{chance.randint(1, 999)}"


_NUMBERS: dict[str, Callable[[random.Random], str]] = {
    "n": lambda chance: str(chance.randint(2, 99)),
    "nn": lambda chance: str(chance.randint(100, 999)),
    "score": lambda chance: f"{chance.randint(0, 5)}{chance.choice('-:–')}{chance.randint(0, 4)}",
    "time": lambda chance: f"{chance.randint(1, 23)}:{chance.choice((0, 15, 30, 45)):02}",
    "date": lambda chance: f"{chance.randint(1, 28)}/{chance.randint(1, 12)}/{chance.randint(2019, 2026)}",
    "year": lambda chance: str(chance.randint(1958, 2026)),
    "ver": lambda chance: f"{chance.randint(1, 44)}.{chance.randint(0, 44)}.{chance.randint(0, 9)}",
    "pct": lambda chance: f"{chance.randint(5, 90)}%",
    "temp": lambda chance: f"{chance.randint(2, 51)}{chance.choice(('°', '°C', ' درجة', ''))}",
    "ratio": lambda chance: f"{chance.uniform(1, 99):.{chance.randint(1, 2)}f}",
    "fx": lambda chance: f"{chance.uniform(100, 4000):,.{chance.choice((0, 2, 4))}f}",
    "fxpair": lambda chance: (
        f"{chance.uniform(0.7, 90):.4f}{chance.choice((', ', ' / ', ' '))}{chance.uniform(1, 99):.4f}"
    ),
    "bp": lambda chance: f"{chance.randint(10, 15)}{chance.choice('/-')}{chance.randint(6, 9)}",
    "size": lambda chance: f"{chance.randint(20, 205)}{chance.choice('x*/×')}{chance.randint(20, 99)}",
    "phone": _phone,
    "price": _price,
    "handle": _handle,
}
"""Slot → what is written for it."""
