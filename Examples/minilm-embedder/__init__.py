import json
import os
import unicodedata

import numpy as np
from learnware.model import BaseModel

HERE = os.path.dirname(os.path.abspath(__file__))
LAYERS, HEADS, WIDTH = 6, 12, 384
# The model was trained on texts of at most so many pieces.
LONGEST = 256
TOGETHER = 16


class Model(BaseModel):
    """Sentence vectors of the model all-MiniLM-L6-v2: of length 1, and near each other for what means the same."""

    def __init__(self):
        super().__init__(input_shape=None, output_shape=(WIDTH,))
        self.weights = read_safetensors(os.path.join(HERE, "model.safetensors"))
        with open(os.path.join(HERE, "vocab.txt"), encoding="utf-8") as file:
            self.vocabulary = {line.rstrip("\n"): number for number, line in enumerate(file)}

    def predict(self, X):
        pieces = [self.pieces(text) for text in X]
        vectors = np.empty((len(pieces), WIDTH))
        # Texts of like length together: a short one next to a long one is mostly padding.
        order = sorted(range(len(pieces)), key=lambda place: len(pieces[place]))
        for begin in range(0, len(order), TOGETHER):
            chosen = order[begin : begin + TOGETHER]
            vectors[chosen] = self.embed([pieces[place] for place in chosen])
        return vectors

    # Pieces of words

    def pieces(self, text):
        """The numbers of a text's pieces, as BERT's uncased tokenizer makes them."""
        numbers = [self.vocabulary["[CLS]"]]
        for word in words(text):
            numbers += self.pieces_of_word(word)
        return numbers[: LONGEST - 1] + [self.vocabulary["[SEP]"]]

    def pieces_of_word(self, word):
        """The longest piece that fits, again and again; one unknown piece when none does."""
        found, begin = [], 0
        while begin < len(word):
            for end in range(len(word), begin, -1):
                piece = ("##" if begin else "") + word[begin:end]
                if piece in self.vocabulary:
                    found.append(self.vocabulary[piece])
                    begin = end
                    break
            else:
                return [self.vocabulary["[UNK]"]]
        return found if len(word) <= 100 else [self.vocabulary["[UNK]"]]

    # The network

    def embed(self, pieces):
        longest = max(map(len, pieces))
        mask = np.array([[1.0] * len(row) + [0.0] * (longest - len(row)) for row in pieces], np.float32)
        numbers = np.array([row + [0] * (longest - len(row)) for row in pieces])
        w = self.weights
        x = w["embeddings.word_embeddings.weight"][numbers] + w["embeddings.position_embeddings.weight"][:longest]
        x = self.normalised(x + w["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
        hidden = (1 - mask)[:, None, None, :] * np.float32(-1e9)
        for layer in range(LAYERS):
            x = self.layer(x, hidden, f"encoder.layer.{layer}.")
        mean = (x * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
        return mean / np.linalg.norm(mean, axis=1, keepdims=True)

    def layer(self, x, hidden, name):
        texts, length, _ = x.shape

        def heads(part):
            made = self.linear(x, f"{name}attention.self.{part}")
            return made.reshape(texts, length, HEADS, WIDTH // HEADS).transpose(0, 2, 1, 3)

        query, key, value = heads("query"), heads("key"), heads("value")
        scores = query @ key.transpose(0, 1, 3, 2) / np.float32(np.sqrt(WIDTH // HEADS)) + hidden
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        mixed = (scores / scores.sum(axis=-1, keepdims=True)) @ value
        mixed = mixed.transpose(0, 2, 1, 3).reshape(texts, length, WIDTH)
        attended = self.linear(mixed, name + "attention.output.dense") + x
        x = self.normalised(attended, name + "attention.output.LayerNorm")
        inner = gelu(self.linear(x, name + "intermediate.dense"))
        return self.normalised(self.linear(inner, name + "output.dense") + x, name + "output.LayerNorm")

    def linear(self, x, name):
        return x @ self.weights[name + ".weight"].T + self.weights[name + ".bias"]

    def normalised(self, x, name):
        centred = x - x.mean(axis=-1, keepdims=True)
        deviation = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + np.float32(1e-12))
        return centred / deviation * self.weights[name + ".weight"] + self.weights[name + ".bias"]


def gelu(x):
    """x Φ(x), with the error function to 1.5e-7 (Abramowitz and Stegun, 7.1.26), for numpy has none."""
    z = np.abs(x) * np.float32(np.sqrt(0.5))
    t = 1 / (1 + np.float32(0.3275911) * z)
    polynomial = 0
    for factor in (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592):
        polynomial = (polynomial + np.float32(factor)) * t
    erf = np.sign(x) * (1 - polynomial * np.exp(-z * z))
    return np.float32(0.5) * x * (1 + erf)


def words(text):
    """Lower case without accents, split at blanks and around every punctuation mark and Chinese character."""
    current = []
    for letter in unicodedata.normalize("NFD", text.lower()):
        kind = unicodedata.category(letter)
        if kind == "Mn" or (kind in ("Cc", "Cf") and not letter.isspace()):
            continue
        alone = kind[0] == "P" or letter in "$+<=>^`|~" or "\u4e00" <= letter <= "\u9fff"
        if current and (alone or letter.isspace()):
            yield "".join(current)
            current = []
        if alone:
            yield letter
        elif not letter.isspace():
            current.append(letter)
    if current:
        yield "".join(current)


def read_safetensors(path):
    """The arrays of a file: a length, a description in JSON, and the numbers."""
    with open(path, "rb") as file:
        content = file.read()
    size = int.from_bytes(content[:8], "little")
    arrays = {}
    for name, told in json.loads(content[8 : 8 + size]).items():
        if name != "__metadata__" and told["dtype"] == "F32":
            begin, end = told["data_offsets"]
            flat = np.frombuffer(content, np.float32, (end - begin) // 4, 8 + size + begin)
            arrays[name] = flat.reshape(told["shape"])
    return arrays
